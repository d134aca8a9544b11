import { Link } from "@tanstack/react-router"
import { problemStatus, problemText } from "../api/problem.ts"
import { useAction } from "../api/useQuery.ts"
import { Button, buttonClasses } from "../ui/Button.tsx"
import { Frame } from "./Frame.tsx"
import { useEnter } from "./useEnter.ts"
import { useFragment } from "./useFragment.ts"

/** Where a link from the mail lands. It acts on a press: mail scanners open links, people press buttons. */
export function MagicLink() {
  const token = useFragment()
  return <Redeem key={token} token={token} />
}

function Redeem({ token }: { readonly token: string }) {
  const enter = useEnter()
  const redeem = useAction(() => (api) => api.session.redeemMagicLink({ payload: { token } }), {
    onDone: () => enter()
  })
  const refused = token === "" || problemStatus(redeem.error) === 401
  if (refused) {
    return (
      <Frame title="This link cannot be used">
        <p className="text-sm text-muted">It has been used already, is too old, or is incomplete. Ask for a new one.</p>
        <Link to="/sign-in" className={buttonClasses("primary", "large")}>Go to the sign-in</Link>
      </Frame>
    )
  }
  return (
    <Frame title="Sign in by your link">
      {redeem.error !== null && <p role="alert" className="text-sm text-critical">{problemText(redeem.error)}</p>}
      <Button tone="primary" size="large" busy={redeem.isPending} onClick={() => redeem.mutate(undefined)}>
        Sign in
      </Button>
    </Frame>
  )
}
