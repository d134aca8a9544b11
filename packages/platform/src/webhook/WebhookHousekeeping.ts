import { asTenant, platformWork } from "@innkeeper/database"
import { Jobs, Schedules } from "@innkeeper/runtime"
import { DateTime, Duration, Effect, Layer } from "effect"
import { deleteFinished, findOverdue, giveUpStranded } from "./WebhookDeliveryStore.ts"
import { enqueueAttempts } from "./WebhookJob.ts"

/** How long deliveries can be looked at and replayed after their end. */
const kept = Duration.days(30)

/** An attempt that is so late has no job any more. */
const overdueAfter = Duration.minutes(10)

/** Rows of one statement. */
const limit = 1000

/**
 * Asks again for attempts that nobody works on, as after a job that died, gives up what disabled endpoints have left, and
 * deletes what ended a month ago.
 */
export const tidyWebhooks = Effect.gen(function*() {
  const jobs = yield* Jobs
  const inPlatform = yield* platformWork("webhook housekeeping")
  const now = yield* DateTime.now
  const dueBefore = DateTime.subtractDuration(now, overdueAfter)
  const stranded = yield* inPlatform(giveUpStranded(dueBefore, now))
  const overdue = yield* inPlatform(findOverdue(dueBefore, limit))
  yield* Effect.forEach(
    overdue,
    ({ attempts, id, tenantId }) =>
      asTenant(tenantId)(enqueueAttempts(jobs, [{ deliveryId: id, attempts, waited: 0 }], { occasion: "overdue" })),
    { discard: true }
  )
  let deleted = 0
  for (;;) {
    const page = yield* inPlatform(deleteFinished(DateTime.subtractDuration(now, kept), limit))
    deleted += page
    if (page < limit) break
  }
  return { stranded, overdue: overdue.length, deleted }
}).pipe(Effect.withSpan("tidyWebhooks"))

export const WebhookHousekeeping = Layer.unwrap(Effect.map(
  Effect.context<Effect.Services<typeof tidyWebhooks>>(),
  (context) =>
    Schedules.layer({
      name: "webhook-housekeeping",
      cron: "23 */10 * * * *",
      zone: "UTC",
      skipIfOlderThan: "1 hour",
      run: Effect.provideContext(tidyWebhooks, context)
    })
))
