import { useNavigate } from "@tanstack/react-router"
import { Card } from "../../ui/Card.tsx"
import { Page, PageHeader } from "../../ui/PageHeader.tsx"
import { useViewerZone } from "../../ui/zone.tsx"
import { BackLink } from "../BackLink.tsx"
import { newDraft } from "./configDraft.ts"
import { ConfigEditor } from "./ConfigEditor.tsx"

/** The configuration of a tenant that is not there yet. */
export function NewTenant() {
  const navigate = useNavigate()
  const zone = useViewerZone()
  return (
    <Page>
      <BackLink to="/admin/tenants">All tenants</BackLink>
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
