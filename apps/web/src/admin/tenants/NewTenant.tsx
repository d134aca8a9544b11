import { Link, useNavigate } from "@tanstack/react-router"
import { ArrowLeft } from "lucide-react"
import { buttonClasses } from "../../ui/Button.tsx"
import { Card } from "../../ui/Card.tsx"
import { Page, PageHeader } from "../../ui/PageHeader.tsx"
import { useViewerZone } from "../../ui/zone.tsx"
import { newDraft } from "./configDraft.ts"
import { ConfigEditor } from "./ConfigEditor.tsx"

/** The configuration of a tenant that is not there yet. */
export function NewTenant() {
  const navigate = useNavigate()
  const zone = useViewerZone()
  return (
    <Page>
      <Link to="/admin/tenants" className={`${buttonClasses("quiet")} mb-2 -ml-3`}>
        <ArrowLeft aria-hidden className="size-4" />
        All tenants
      </Link>
      <PageHeader title="New tenant">How it is called, where it is reached, and what it may use</PageHeader>
      <Card>
        <ConfigEditor
          tenant={null}
          initial={newDraft(zone)}
          onAccepted={(slug) => void navigate({ to: "/admin/tenants/$slug", params: { slug }, ignoreBlocker: true })}
        />
      </Card>
    </Page>
  )
}
