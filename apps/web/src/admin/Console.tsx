import { problemStatus, problemText } from "../api/problem.ts"
import { ErrorState } from "../ui/ErrorState.tsx"
import { Skeleton } from "../ui/Skeleton.tsx"
import { ConsoleShell } from "./ConsoleShell.tsx"
import { ConsoleSignIn } from "./ConsoleSignIn.tsx"
import { useAdminQuery } from "./useAdmin.ts"

/** The console for those who run the platform. Without its session it asks for the admin token, wherever one was going. */
export function Console() {
  const me = useAdminQuery(["me"], (api) => api.adminSession.me(), { every: 30_000 })
  if (problemStatus(me.error) === 401) return <ConsoleSignIn />
  if (me.data === undefined && me.error !== null) {
    return <ErrorState message={problemText(me.error)} busy={me.isFetching} onRetry={() => void me.refetch()} />
  }
  return me.data === undefined ? <Skeleton /> : <ConsoleShell me={me.data} isStale={me.error !== null} />
}
