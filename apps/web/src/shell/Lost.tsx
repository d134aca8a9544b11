import { Link } from "@tanstack/react-router"
import { buttonClasses } from "../ui/Button.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"

/** No such page. */
export function Lost() {
  return (
    <EmptyState
      title="There is no page here"
      action={<Link to="/incidents" className={buttonClasses("primary")}>Go to the incidents</Link>}
    >
      The address may be mistyped, or the page has moved.
    </EmptyState>
  )
}
