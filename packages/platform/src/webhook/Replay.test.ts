import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql } from "@innkeeper/database"
import { HttpSink } from "@innkeeper/testkit"
import { DateTime, Effect } from "effect"
import { twoTenants } from "../Platform.fixture.ts"
import { deliveriesOf, happen, makeEndpoint, until, webhooksLayer } from "./Webhook.fixture.ts"
import { WebhookDeliveries } from "./WebhookDeliveries.ts"
import { tidyWebhooks } from "./WebhookHousekeeping.ts"
import { Webhooks } from "./Webhooks.ts"

/** A delivery that failed once, and whose next attempt is planned for ten hours later; its endpoint answers again. */
const failedOnce = Effect.fnUntraced(function*(slug: string) {
  const { behave } = yield* HttpSink
  const sql = yield* OwnerSql
  const { acme } = yield* twoTenants(slug)
  const endpoint = yield* makeEndpoint(acme, slug)
  yield* behave({ _tag: "Answer", status: 500 })
  yield* happen(acme, "thing.made", "a")
  const [delivery] = yield* until(deliveriesOf(acme, endpoint.id), ([one]) => one?.attempts === 1)
  yield* sql`
    UPDATE job SET due_at = clock_timestamp() + interval '10 hours' WHERE name = 'webhook.send' AND state = 'scheduled'`
  yield* behave({ _tag: "Answer", status: 204 })
  const arrives = Effect.gen(function*() {
    yield* until(deliveriesOf(acme, endpoint.id), ([one]) => one?.state === "delivered")
    assert.lengthOf(yield* endpoint.came, 2)
  })
  return { acme, arrives, delivery: delivery!, endpointId: endpoint.id }
})

layer(webhooksLayer({ allowInside: true }), { excludeTestServices: true })(
  "a delivery whose next attempt is planned for hours later",
  (it) => {
    it.effect("is made at once when it is replayed after its endpoint was disabled and enabled", () =>
      Effect.gen(function*() {
        const { disable, enable } = yield* Webhooks
        const { replay } = yield* WebhookDeliveries
        const { acme, arrives, delivery, endpointId } = yield* failedOnce("replayed")
        yield* Effect.andThen(disable(endpointId), enable(endpointId)).pipe(asTenant(acme))
        yield* replay(endpointId, delivery.id).pipe(asTenant(acme))
        yield* arrives
      }))

    it.effect("is made at once when all that was given up is replayed", () =>
      Effect.gen(function*() {
        const { disable, enable } = yield* Webhooks
        const { replayDead } = yield* WebhookDeliveries
        const { acme, arrives, endpointId } = yield* failedOnce("replayed-all")
        yield* Effect.andThen(disable(endpointId), enable(endpointId)).pipe(asTenant(acme))
        yield* replayDead(endpointId, DateTime.makeUnsafe(0)).pipe(asTenant(acme))
        yield* arrives
      }))

    it.effect("is made when it is overdue", () =>
      Effect.gen(function*() {
        const sql = yield* OwnerSql
        const { arrives, delivery } = yield* failedOnce("overdue")
        yield* sql`UPDATE webhook_delivery SET next_attempt_at = now() - interval '11 minutes' WHERE id = ${delivery.id}`
        yield* tidyWebhooks
        yield* arrives
      }))
  }
)
