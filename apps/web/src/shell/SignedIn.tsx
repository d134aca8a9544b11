import { Navigate, useLocation } from "@tanstack/react-router"
import { problemStatus, problemText } from "../api/problem.ts"
import { useMe } from "../api/useMe.ts"
import { ErrorState } from "../ui/ErrorState.tsx"
import { Skeleton } from "../ui/Skeleton.tsx"
import { Shell } from "./Shell.tsx"

/** Lets in who is signed in; sends everybody else to the sign-in, and back here afterwards. */
export function SignedIn() {
  const me = useMe()
  const here = useLocation({ select: ({ href }) => href })
  if (me.error !== null && problemStatus(me.error) === 401) {
    return <Navigate to="/sign-in" search={here === "/" ? {} : { next: here }} replace />
  }
  if (me.data !== undefined) return <Shell me={me.data} />
  return me.error === null
    ? <Skeleton />
    : <ErrorState message={problemText(me.error)} busy={me.isFetching} onRetry={() => void me.refetch()} />
}
