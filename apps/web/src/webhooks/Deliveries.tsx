import { WebhookDeliveryState, type WebhookEndpoint } from "@innkeeper/platform/api"
import { Schema } from "effect"
import { Send } from "lucide-react"
import { problemText } from "../api/problem.ts"
import { useSearchState } from "../forms/useSearchState.ts"
import { Button } from "../ui/Button.tsx"
import { Card } from "../ui/Card.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"
import { ErrorState } from "../ui/ErrorState.tsx"
import { Select } from "../ui/Field.tsx"
import { Skeleton } from "../ui/Skeleton.tsx"
import { DeliveryLine } from "./DeliveryLine.tsx"
import { useDeliveries } from "./queries.ts"
import { deliveryStates } from "./webhookWords.ts"

const Filter = Schema.Struct({ state: Schema.optionalKey(WebhookDeliveryState) })

/** What was sent to a webhook in the last month. */
export function Deliveries({ endpoint, may }: { readonly endpoint: WebhookEndpoint; readonly may: boolean }) {
  const [{ state }, setFilter] = useSearchState<typeof Filter.Type>(Filter, {})
  const pages = useDeliveries(endpoint.id, state)
  return (
    <Card
      title="Deliveries"
      actions={
        <Select
          aria-label="State"
          className="w-auto!"
          value={state ?? ""}
          onChange={({ target: { value } }) =>
            setFilter(
              { state: WebhookDeliveryState.literals.find((literal) => literal === value) } as Partial<
                typeof Filter.Type
              >
            )}
        >
          <option value="">all of the last 30 days</option>
          {WebhookDeliveryState.literals.map((state) => (
            <option key={state} value={state}>{deliveryStates[state].label}</option>
          ))}
        </Select>
      }
    >
      {pages.items === undefined
        ? pages.error === null
          ? <Skeleton rows={3} />
          : <ErrorState message={problemText(pages.error)} onRetry={pages.retry} busy={pages.isFetching} />
        : pages.items.length === 0
        ? (
          <EmptyState title={state === undefined ? "Nothing was sent yet" : "Nothing is in this state"} icon={<Send />}>
            {state === undefined ? "Send a test to see whether it arrives." : "Choose another one to see more."}
          </EmptyState>
        )
        : (
          <>
            <ol aria-label="Deliveries" className="-my-2.5 divide-y divide-line">
              {pages.items.map((delivery) => (
                <DeliveryLine
                  key={delivery.id}
                  delivery={delivery}
                  mayReplay={may && endpoint.disabled === null && delivery.state !== "pending"}
                />
              ))}
            </ol>
            {pages.hasMore && (
              <div className="flex justify-center pt-4">
                <Button busy={pages.isLoadingMore} onClick={pages.loadMore}>Load more</Button>
              </div>
            )}
          </>
        )}
    </Card>
  )
}
