import { QueryCache, QueryClient } from "@tanstack/react-query"
import { isPassing, problemStatus } from "./problem.ts"

/** Tries that follow a failed reading when the server could not be reached. */
const furtherTries = 2

/** After so many milliseconds a reading that failed for now is tried once more. */
const againAfter = 10_000

/** When to read anew by itself what was read with `error`, or with none (null); `otherwise` for that, false: not. */
export const readAgain = (error: unknown, otherwise: number | false = false) =>
  isPassing(error) ? againAfter : otherwise

/** What the page has read. A reading that finds nobody signed in asks anew who is, which leads to the sign-in. */
export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (problemStatus(error) !== 401) return
      const [kind, rest] = query.queryKey
      // The console has a sign-in of its own.
      if (kind === "admin" && rest !== "me") void queries.invalidateQueries({ queryKey: ["admin", "me"] })
      if (kind !== "admin" && kind !== "me") void queries.invalidateQueries({ queryKey: ["me"] })
    }
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchInterval: ({ state: { error } }) => readAgain(error),
      // The browser's word on being online is often wrong; the request itself knows.
      networkMode: "always",
      retry: (failed, error) => problemStatus(error) === null && failed < furtherTries
    },
    mutations: { networkMode: "always" }
  }
})
