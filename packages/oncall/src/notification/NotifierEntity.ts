import { TenantId } from "@innkeeper/config"
import { Effect } from "effect"
import { ClusterSchema, Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { Deliveries } from "./Deliveries.ts"
import { NotificationId } from "./Notification.ts"

/**
 * Delivers pages, one entity per contact method. The message is stored before it is answered, so a page outlives the
 * process; its primary key is the notification, so a repeated step asks for nothing new.
 */
export const Notifier = Entity.make("oncall/Notifier", [
  Rpc.make("Deliver", {
    payload: { tenantId: TenantId, notificationId: NotificationId },
    primaryKey: ({ notificationId }) => notificationId
  }).annotate(ClusterSchema.Persisted, true)
])

/** Pages of one contact method that may be under way at once: one slow answer must not hold back the next page. */
const concurrency = 32

export const NotifierLive = Notifier.toLayer(
  Effect.gen(function*() {
    const deliveries = yield* Deliveries
    return Notifier.of({
      Deliver: ({ payload }) => deliveries.deliver(payload.tenantId, payload.notificationId)
    })
  }),
  { concurrency, maxIdleTime: "1 minute" }
)
