import { type WebhookEndpoint, WebhookEndpointId } from "@innkeeper/platform/api"
import { useParams } from "@tanstack/react-router"
import { Loaded } from "../api/Loaded.tsx"
import { useMay } from "../api/useMe.ts"
import { Page } from "../ui/PageHeader.tsx"
import { Time } from "../ui/Time.tsx"
import { Deliveries } from "./Deliveries.tsx"
import { useWebhook } from "./queries.ts"
import { WebhookHeader } from "./WebhookHeader.tsx"
import { disabledWords } from "./webhookWords.ts"

/** One webhook: what can be done with it, and what was sent to it. */
export function Webhook() {
  const { webhookId } = useParams({ from: "/signed-in/webhooks/$webhookId" })
  const webhook = useWebhook(WebhookEndpointId.make(webhookId))
  const may = useMay("webhooks:write")
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
