import { type WebhookEndpoint, WebhookEndpointId } from "@innkeeper/platform/api"
import { Link, useParams } from "@tanstack/react-router"
import { Schema } from "effect"
import { SearchX } from "lucide-react"
import { Loaded } from "../api/Loaded.tsx"
import { problemStatus } from "../api/problem.ts"
import { useMay } from "../api/useMe.ts"
import { buttonClasses } from "../ui/Button.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"
import { Page } from "../ui/PageHeader.tsx"
import { Time } from "../ui/Time.tsx"
import { Deliveries } from "./Deliveries.tsx"
import { useWebhook } from "./queries.ts"
import { WebhookHeader } from "./WebhookHeader.tsx"
import { disabledWords } from "./webhookWords.ts"

const isWebhookId = Schema.is(WebhookEndpointId)

/** One webhook: what can be done with it, and what was sent to it. */
export function Webhook() {
  const { webhookId } = useParams({ from: "/signed-in/webhooks/$webhookId" })
  return isWebhookId(webhookId) ? <Known key={webhookId} id={webhookId} /> : <Unknown />
}

function Unknown() {
  return (
    <EmptyState
      isPage
      icon={<SearchX />}
      title="There is no such webhook"
      action={<Link to="/webhooks" className={buttonClasses("primary")}>Go to the webhooks</Link>}
    >
      It may have been deleted, or the link is incomplete or belongs to another organisation.
    </EmptyState>
  )
}

function Known({ id }: { readonly id: WebhookEndpointId }) {
  const webhook = useWebhook(id)
  const may = useMay("webhooks:write")
  if (webhook.data === undefined && problemStatus(webhook.error) === 404) return <Unknown />
  return (
    <Page>
      <Loaded query={webhook}>
        {(endpoint) => (
          <div className="grid gap-4">
            <WebhookHeader endpoint={endpoint} may={may} />
            <Notices endpoint={endpoint} />
            <Deliveries endpoint={endpoint} may={may} />
          </div>
        )}
      </Loaded>
    </Page>
  )
}

/** What one should know before anything else. */
function Notices({ endpoint: { disabled, failingSince, oldSecretUntil } }: { readonly endpoint: WebhookEndpoint }) {
  return (
    <>
      {disabled !== null && (
        <p className="rounded-md bg-critical-soft px-3 py-2 text-sm text-critical">
          Nothing is sent since <Time at={disabled.at} absolute />. {disabledWords[disabled.because]}{" "}
          Enable it again, then replay what was given up.
        </p>
      )}
      {disabled === null && failingSince !== null && (
        <p className="rounded-md bg-high-soft px-3 py-2 text-sm text-high">
          Nothing has got through since <Time at={failingSince} absolute />. After five days like this it is disabled.
        </p>
      )}
      {oldSecretUntil !== null && (
        <p className="rounded-md bg-accent-soft px-3 py-2 text-sm text-accent">
          The old secret signs as well until <Time at={oldSecretUntil} absolute />.
        </p>
      )}
    </>
  )
}
