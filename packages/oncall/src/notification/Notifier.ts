import { TenantId } from "@innkeeper/config"
import { Effect, Schema } from "effect"
import { ClusterSchema, Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { NotificationId } from "./Notification.ts"
import type { PageKey } from "./NotificationStore.ts"

/** A page to deliver, and the trace (W3C Trace Context) that it belongs to. */
export const Page = Schema.Struct({ id: NotificationId, traceparent: Schema.NullOr(Schema.String) })
export type Page = typeof Page.Type

/**
 * Delivers pages, one entity per contact method. What is written for it at once is one message, which is stored before it is
 * answered, so pages outlive the process. A page may be in several messages, by a step that was repeated.
 */
export const Notifier = Entity.make("oncall/Notifier", [
  Rpc.make("DeliverAll", { payload: { tenantId: TenantId, pages: Schema.Array(Page) } })
    .annotate(ClusterSchema.Persisted, true)
])

/** A page that was written, with the trace of what wrote it. */
export interface WrittenPage {
  readonly page: Pick<PageKey, "id" | "contactMethodId">
  readonly traceparent: string | null
}

/** Hands a tenant's pages over for delivery: those of one contact method in one message, whatever wrote them. */
export const makeHandOver = Effect.map(
  Notifier.client,
  (notifier) => (tenantId: TenantId, written: ReadonlyArray<WrittenPage>) =>
    Effect.forEach(
      Map.groupBy(written, ({ page }) => page.contactMethodId),
      ([method, ofMethod]) =>
        notifier(`${tenantId}/${method}`).DeliverAll({
          tenantId,
          pages: ofMethod.map(({ page: { id }, traceparent }) => ({ id, traceparent }))
        }, { discard: true }),
      { concurrency: "unbounded", discard: true }
    )
)
