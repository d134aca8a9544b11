import type { WebhookDelivery } from "@innkeeper/platform/api"
import { RotateCw } from "lucide-react"
import { useState } from "react"
import { Loaded } from "../api/Loaded.tsx"
import { problemText } from "../api/problem.ts"
import { useAction } from "../api/useQuery.ts"
import { Badge } from "../ui/Badge.tsx"
import { Button } from "../ui/Button.tsx"
import { Time } from "../ui/Time.tsx"
import { useToasts } from "../ui/Toast.tsx"
import { useDelivery } from "./queries.ts"
import { deadWords, deliveryStates, indented } from "./webhookWords.ts"

/** One delivery: what, when, what came of it; body and attempts behind a word. */
export function DeliveryLine({ delivery, mayReplay }: {
  readonly delivery: WebhookDelivery
  readonly mayReplay: boolean
}) {
  const { attempts, createdAt, deadBecause, endpointId, id, lastStatus, nextAttemptAt, state, type } = delivery
  const [open, setOpen] = useState(false)
  const toasts = useToasts()
  const replay = useAction(
    (deliveryId: WebhookDelivery["id"]) => (api) =>
      api.webhookDeliveries.replay({ params: { id: endpointId, deliveryId } }),
    {
      invalidates: ["webhook", "audit"],
      onDone: () => toasts.done("It is sent again."),
      onFailed: (error) => toasts.failed(problemText(error))
    }
  )
  const { label, tone } = deliveryStates[state]
  return (
    <li className="py-2.5 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <code className="font-mono text-xs font-medium break-all">{type}</code>
        <Badge tone={tone}>{label}</Badge>
        <span className="min-w-0 flex-1 basis-40 text-xs text-muted">
          <Time at={createdAt} /> · {attempts} attempt{attempts === 1 ? "" : "s"}
          {lastStatus !== null && ` · HTTP ${lastStatus}`}
          {attempts > 0 && nextAttemptAt !== null && (
            <>
              {" · next "}
              <Time at={nextAttemptAt} absolute />
            </>
          )}
          {deadBecause !== null && ` · ${deadWords[deadBecause]}`}
        </span>
        {mayReplay && (
          <Button
            tone="quiet"
            icon={<RotateCw aria-hidden className="size-4" />}
            busy={replay.isPending}
            onClick={() => replay.mutate(id)}
          >
            Replay
          </Button>
        )}
      </div>
      <details className="text-xs" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary className="w-fit cursor-pointer text-muted pointer-coarse:py-2">Body and attempts</summary>
        {open && <Detail delivery={delivery} />}
      </details>
    </li>
  )
}

function Detail({ delivery }: { readonly delivery: WebhookDelivery }) {
  const detail = useDelivery(delivery.endpointId, delivery.id)
  return (
    <Loaded query={detail} rows={2}>
      {({ attempts, body }) => (
        <div className="grid gap-3 pt-2">
          <p className="break-all text-muted">
            webhook-id <code className="font-mono text-ink">{delivery.id}</code>
          </p>
          <Text label="Body">{indented(body)}</Text>
          <ol aria-label="Attempts" className="grid gap-2">
            {attempts.map(({ answer, at, milliseconds, number, status }) => (
              <li key={number} className="grid gap-1">
                <p>
                  <span className="font-medium">{number}. {status === null ? answer : `HTTP ${status}`}</span>
                  <span className="text-muted">
                    {" · "}
                    <Time at={at} absolute withSeconds /> · {milliseconds} ms
                  </span>
                </p>
                {status !== null && answer !== "" && <Text label={`Answer to attempt ${number}`}>{answer}</Text>}
              </li>
            ))}
          </ol>
        </div>
      )}
    </Loaded>
  )
}

/** A text as it went over the wire. It can be scrolled by keyboard. */
function Text({ label, children }: { readonly label: string; readonly children: string }) {
  return (
    <pre
      tabIndex={0}
      aria-label={label}
      className="max-h-64 overflow-auto rounded bg-canvas p-2 font-mono whitespace-pre-wrap break-all"
    >
      {children}
    </pre>
  )
}
