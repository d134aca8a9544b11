import { QueryCache, QueryClient } from "@tanstack/react-query"
import { Cause } from "effect"
import { isPassing, problemStatus } from "./problem.ts"

/** Tries that follow a failed reading when the server, or what it needs, could not be reached. */
const furtherTries = 2

/** Whether another try at once may do. Where no answer came in time, somebody has waited long enough for a word on it. */
const isWorthAnother = (error: unknown) => {
  const status = problemStatus(error)
  return status === null ? !Cause.isTimeoutError(error) : status === 503
}

/** After so many milliseconds a reading that failed for now is tried once more. */
const againAfter = 10_000

/** How something that is read stands; `error` is null when the last reading succeeded. */
export interface Reading<Data> {
  readonly data: Data | undefined
  readonly error: unknown
}

/** After how many milliseconds to read it anew by itself; false: not. `again` tells it of what was read. */
export const readAgain = <Data>(
  { data, error }: Reading<Data>,
  again: (data: Data) => number | false = () => false
) => isPassing(error) ? againAfter : data !== undefined && again(data)

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
      refetchInterval: ({ state }) => readAgain(state),
      // The browser's word on being online is often wrong; the request itself knows.
      networkMode: "always",
      retry: (failed, error) => isWorthAnother(error) && failed < furtherTries
    },
    mutations: { networkMode: "always" }
  }
})
