import type { TenantId } from "@innkeeper/config"
import { inTrace } from "@innkeeper/runtime"
import { Effect, Semaphore } from "effect"
import { unlessUnderWay } from "../unlessUnderWay.ts"
import { Deliveries } from "./Deliveries.ts"
import { Notifier, type Page } from "./Notifier.ts"

/** Attempts for one contact method that may be made at once: one slow answer must not hold back the next page. */
const atOnce = 32

export const NotifierLive = Notifier.toLayer(
  Effect.gen(function*() {
    const deliveries = yield* Deliveries
    const slots = Semaphore.makeUnsafe(atOnce)
    const once = unlessUnderWay()

    /** One that is under way already ends with the message that brought it first. */
    const deliver = (tenantId: TenantId, { id, traceparent }: Page) =>
      once(id, deliveries.deliver(tenantId, id, slots).pipe(inTrace(traceparent)))

    return Notifier.of({
      DeliverAll: ({ payload: { pages, tenantId } }) =>
        Effect.forEach(pages, (page) => deliver(tenantId, page), { concurrency: "unbounded", discard: true })
    })
  }),
  { concurrency: "unbounded" }
)
