import type { Integration } from "@innkeeper/oncall/api"
import { Plug, Plus } from "lucide-react"
import { useState } from "react"
import { useMay } from "../api/useMe.ts"
import { RemoveDialog } from "../forms/RemoveDialog.tsx"
import { Badge } from "../ui/Badge.tsx"
import { Button } from "../ui/Button.tsx"
import { ActionsTh, Table, Td, Th } from "../ui/Table.tsx"
import { Time } from "../ui/Time.tsx"
import { CataloguePage } from "./CataloguePage.tsx"
import { IntegrationForm } from "./IntegrationForm.tsx"
import { kindNames } from "./integrationSamples.ts"
import { IntegrationSetup } from "./IntegrationSetup.tsx"
import { useIntegrations, useServices } from "./queries.ts"

type Open =
  | { readonly kind: "create" }
  | { readonly kind: "connect" | "revoke"; readonly integration: Integration }
  | null

/** All doors through which alerts come in. */
export function Integrations() {
  const integrations = useIntegrations()
  const { data: services } = useServices()
  const may = useMay("oncall:write")
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  return (
    <CataloguePage
      title="Integrations"
      about="Where alerts come in"
      query={integrations}
      create={{
        label: "Create integration",
        icon: <Plus aria-hidden className="size-4" />,
        onClick: () => setOpen({ kind: "create" })
      }}
      empty={{
        title: "Nothing sends alerts yet",
        icon: <Plug />,
        text: "Create an integration for each sender. It comes with an address and a command to try it."
      }}
      words={({ kind, name, serviceId }) => [name, kind, services?.find(({ id }) => id === serviceId)?.name]}
      isOver={({ revokedAt }) => revokedAt !== null}
      list={(integrations) => (
        <Table
          label="Integrations"
          head={
            <>
              <Th>Integration</Th>
              <Th className="max-md:hidden">Service</Th>
              <Th>Last alert</Th>
              {may && <ActionsTh />}
            </>
          }
        >
          {integrations.map((integration) => (
            <Row
              key={integration.id}
              integration={integration}
              may={may}
              onOpen={(kind) => setOpen({ kind, integration })}
            />
          ))}
        </Table>
      )}
    >
      {open?.kind === "create" && (
        <IntegrationForm
          onClose={close}
          onCreated={(integration) => setOpen({ kind: "connect", integration })}
        />
      )}
      {open?.kind === "connect" && <IntegrationSetup integration={open.integration} onClose={close} />}
      {open?.kind === "revoke" && (
        <RemoveDialog
          title={`Revoke ${open.integration.name}?`}
          action="Revoke"
          remove={(api) => api.integrations.revoke({ params: { id: open.integration.id } })}
          invalidates={["integration"]}
          onClose={close}
        >
          Its key stops working at once and for good. Whatever still sends with it is refused and pages nobody.
        </RemoveDialog>
      )}
    </CataloguePage>
  )
}

function Row({ integration, may, onOpen }: {
  readonly integration: Integration
  readonly may: boolean
  readonly onOpen: (kind: "connect" | "revoke") => void
}) {
  const { data: services } = useServices()
  const { key, kind, lastAlertAt, name, revokedAt, serviceId } = integration
  return (
    <tr className={revokedAt === null ? "hover:bg-hover" : "text-muted"}>
      <Td className="min-w-24 wrap-anywhere">
        <p className="font-medium">
          {name}
          {revokedAt !== null && (
            <span className="ml-2">
              <Badge>revoked</Badge>
            </span>
          )}
        </p>
        <p className="text-xs text-muted">{kindNames[kind]}</p>
      </Td>
      <Td className="min-w-24 wrap-anywhere max-md:hidden">{services?.find(({ id }) => id === serviceId)?.name}</Td>
      <Td>{lastAlertAt === null ? <span className="text-muted">never</span> : <Time at={lastAlertAt} />}</Td>
      {may && (
        <Td className="py-1! text-right whitespace-nowrap max-sm:whitespace-normal">
          {revokedAt === null && (
            <>
              {key !== null && <Button tone="quiet" onClick={() => onOpen("connect")}>Connect</Button>}
              <Button tone="quiet" onClick={() => onOpen("revoke")}>Revoke</Button>
            </>
          )}
        </Td>
      )}
    </tr>
  )
}
