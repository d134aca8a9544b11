import { Link, useRouter } from "@tanstack/react-router"
import { useEffect } from "react"
import { problemStatus, problemText } from "../api/problem.ts"
import { useMe } from "../api/useMe.ts"
import { buttonClasses } from "../ui/Button.tsx"
import { ErrorState } from "../ui/ErrorState.tsx"
import { Skeleton } from "../ui/Skeleton.tsx"
import { Shell } from "./Shell.tsx"
import { usePagesAhead } from "./usePagesAhead.ts"

/** Lets in who is signed in; sends everybody else to the sign-in, and back here afterwards. */
export function SignedIn() {
  const me = useMe()
  const router = useRouter()
  const isOutside = problemStatus(me.error) === 401
  // Their organisation is not served at present: what they see would look fresh for ever.
  const isShut = problemStatus(me.error) === 403
  usePagesAhead()
  useEffect(() => {
    if (!isOutside) return
    const { href, pathname } = router.latestLocation
    if (pathname === "/sign-in") return
    void router.navigate({ to: "/sign-in", search: pathname === "/" ? {} : { next: href }, replace: true })
  }, [isOutside, router])

  if (me.error !== null && !isOutside && (isShut || me.data === undefined)) {
    return (
      <ErrorState
        message={problemText(me.error)}
        busy={me.isFetching}
        onRetry={() => void me.refetch()}
        other={isShut && <Link to="/sign-in" className={buttonClasses("quiet")}>Sign in as somebody else</Link>}
      />
    )
  }
  return me.data === undefined || isOutside ? <Skeleton /> : <Shell me={me.data} />
}
