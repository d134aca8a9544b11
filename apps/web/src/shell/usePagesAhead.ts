import { useRouter } from "@tanstack/react-router"
import { Effect } from "effect"
import { useFetchedAhead } from "../ui/fetched.tsx"

/** Fetches the scripts of all pages behind the sign-in while nothing else happens: they open without a connection too. */
export const usePagesAhead = () => {
  const router = useRouter()
  const pages = Object.values(router.routesById).filter(({ id }) => id.startsWith("/signed-in/"))
  useFetchedAhead({
    fetch: Effect.forEach(pages, (page) => Effect.tryPromise(() => router.loadRouteChunk(page) ?? Promise.resolve()), {
      discard: true
    })
  })
}
