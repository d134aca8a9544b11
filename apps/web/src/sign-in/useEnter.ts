import { useQueryClient } from "@tanstack/react-query"
import { useRouter } from "@tanstack/react-router"
import { ownPath } from "./ownPath.ts"

/** Goes in after a sign-in: to where the person was going, or to the start. */
export const useEnter = () => {
  const queries = useQueryClient()
  const router = useRouter()
  return (next?: string) => {
    queries.clear()
    router.history.replace(ownPath(next, location.origin))
  }
}
