import { Link } from "@tanstack/react-router"
import { buttonClasses } from "../ui/Button.tsx"
import { Page, PageHeader } from "../ui/PageHeader.tsx"

/** No such page. */
export function Lost() {
  return (
    <main>
      <Page>
        <PageHeader title="There is no page here">The address may be mistyped, or the page has moved.</PageHeader>
        <Link to="/incidents" className={buttonClasses("primary")}>Go to the incidents</Link>
      </Page>
    </main>
  )
}
