import type { WebhookEndpoint } from "@innkeeper/platform/api"
import { Link, useNavigate } from "@tanstack/react-router"
import { Plus, Webhook as WebhookIcon } from "lucide-react"
import { useState } from "react"
import { CataloguePage } from "../oncall-pages/CataloguePage.tsx"
import { Table, Td, Th } from "../ui/Table.tsx"
import { Time } from "../ui/Time.tsx"
import { useWebhooks } from "./queries.ts"
import { WebhookForm } from "./WebhookForm.tsx"
import { WebhookSecret } from "./WebhookSecret.tsx"
import { WebhookState } from "./WebhookState.tsx"

type Open =
  | { readonly kind: "create" }
  | { readonly kind: "secret"; readonly endpoint: WebhookEndpoint; readonly secret: string }
  | null

/** Addresses of the organisation that are called when something happened. */
export function Webhooks() {
  const webhooks = useWebhooks()
  const navigate = useNavigate()
  const [open, setOpen] = useState<Open>(null)
  return (
    <CataloguePage
      title="Webhooks"
      about="Where other programs hear what happened"
      scope="webhooks:write"
      query={webhooks}
      create={{
        label: "Create webhook",
        icon: <Plus aria-hidden className="size-4" />,
        onClick: () => setOpen({ kind: "create" })
      }}
      empty={{
        title: "No webhook yet",
        icon: <WebhookIcon />,
        text: "Create one for a program that shall hear of incidents: a chat, a ticket system, a status page."
      }}
      words={({ description, url }) => [url, description]}
      list={(webhooks) => (
        <Table
          label="Webhooks"
          head={
            <>
              <Th>Webhook</Th>
              <Th>State</Th>
              <Th className="max-md:hidden">Is told</Th>
              <Th className="max-md:hidden">Last success</Th>
              <Th className="max-sm:hidden">Given up</Th>
            </>
          }
        >
          {webhooks.map((endpoint) => <Row key={endpoint.id} endpoint={endpoint} />)}
        </Table>
      )}
    >
      {open?.kind === "create" && (
        <WebhookForm
          endpoint={null}
          onClose={() => setOpen(null)}
          onSaved={({ endpoint, secret }) => setOpen(secret === null ? null : { kind: "secret", endpoint, secret })}
        />
      )}
      {open?.kind === "secret" && (
        <WebhookSecret
          secret={open.secret}
          onClose={() => {
            setOpen(null)
            void navigate({ to: "/webhooks/$webhookId", params: { webhookId: open.endpoint.id } })
          }}
        />
      )}
    </CataloguePage>
  )
}

function Row({ endpoint }: { readonly endpoint: WebhookEndpoint }) {
  const { dead, description, eventTypes, id, lastSuccessAt, url } = endpoint
  return (
    <tr className="hover:bg-hover">
      <Td className="min-w-40">
        <Link to="/webhooks/$webhookId" params={{ webhookId: id }} className="font-medium break-all hover:underline">
          {description === "" ? new URL(url).host : description}
        </Link>
        <p className="text-xs break-all text-muted">{url}</p>
      </Td>
      <Td>
        <WebhookState endpoint={endpoint} />
      </Td>
      <Td className="max-md:hidden">
        {eventTypes.length === 0
          ? "everything"
          : `${eventTypes.length} kind${eventTypes.length === 1 ? "" : "s"} of events`}
      </Td>
      <Td className="max-md:hidden">
        {lastSuccessAt === null ? <span className="text-muted">never</span> : <Time at={lastSuccessAt} />}
      </Td>
      <Td className="tabular-nums max-sm:hidden">{dead === 0 ? <span className="text-muted">none</span> : dead}</Td>
    </tr>
  )
}
