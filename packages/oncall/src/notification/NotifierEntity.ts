import { TenantId } from "@innkeeper/config"
import { inTrace } from "@innkeeper/runtime"
import { Effect, Schema, Semaphore } from "effect"
import { ClusterSchema, Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { unlessUnderWay } from "../unlessUnderWay.ts"
import { Deliveries } from "./Deliveries.ts"
import { NotificationId } from "./Notification.ts"

/** A page to deliver, and the trace (W3C Trace Context) that it belongs to. */
const Page = Schema.Struct({ id: NotificationId, traceparent: Schema.NullOr(Schema.String) })

/**
 * Delivers pages, one entity per contact method. What is written for it at once is one message, which is stored before it is
 * answered, so pages outlive the process. A page may be in several messages, by a step that was repeated.
 */
export const Notifier = Entity.make("oncall/Notifier", [
  Rpc.make("DeliverAll", { payload: { tenantId: TenantId, pages: Schema.Array(Page) } })
    .annotate(ClusterSchema.Persisted, true)
])

/** Attempts for one contact method that may be made at once: one slow answer must not hold back the next page. */
const atOnce = 32

export const NotifierLive = Notifier.toLayer(
  Effect.gen(function*() {
    const deliveries = yield* Deliveries
    const slots = Semaphore.makeUnsafe(atOnce)
    const once = unlessUnderWay()

    /** One that is under way already ends with the message that brought it first. */
    const deliver = (tenantId: TenantId, { id, traceparent }: typeof Page.Type) =>
      once(id, deliveries.deliver(tenantId, id, slots).pipe(inTrace(traceparent)))

    return Notifier.of({
      DeliverAll: ({ payload: { pages, tenantId } }) =>
        Effect.forEach(pages, (page) => deliver(tenantId, page), { concurrency: "unbounded", discard: true })
    })
  }),
  { concurrency: "unbounded" }
)
