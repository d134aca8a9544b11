import { useQueryClient } from "@tanstack/react-query"
import { useRouter } from "@tanstack/react-router"

/** A path of this app, never another site's address. */
const isOwnPath = (path: string) => path.startsWith("/") && !path.startsWith("//") && !path.includes("\\")

/** Goes in after a sign-in: to where the person was going, or to the start. */
export const useEnter = () => {
  const queries = useQueryClient()
  const router = useRouter()
  return (next?: string) => {
    queries.clear()
    router.history.replace(next !== undefined && isOwnPath(next) ? next : "/")
  }
}
