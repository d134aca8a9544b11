import type { TenantId } from "@innkeeper/config"
import { asTenant, withRemoval } from "@innkeeper/database"
import { Tenants, TenantTerms } from "@innkeeper/platform"
import { Schedules } from "@innkeeper/runtime"
import { DateTime, Duration, Effect, Metric } from "effect"
import { deleteResolvedIncidents } from "./IncidentRetentionStore.ts"

/** Incidents that one transaction deletes. */
const limit = 200

const deleted = Metric.counter("oncall_retention_deleted_incidents", {
  description: "Resolved incidents that were deleted because they were older than their tenant keeps them",
  incremental: true
})

/** Deletes what one tenant keeps no longer, page by page, and returns how many incidents they were. */
const deleteOf = Effect.fnUntraced(function*(tenantId: TenantId, before: DateTime.Utc) {
  let total = 0
  let page: number
  do {
    page = yield* deleteResolvedIncidents({ before, limit }).pipe(withRemoval, asTenant(tenantId))
    yield* Metric.update(deleted, page)
    total += page
  } while (page === limit)
  return total
})

/**
 * Deletes the incidents that each tenant keeps no longer, with their alerts, pages and timelines: those that were resolved
 * before the days of its quota. Data of a tenant that is not served rests. Returns how many incidents they were.
 */
export const deleteExpiredIncidents = Effect.fn("deleteExpiredIncidents")(function*(now: DateTime.Utc) {
  const terms = yield* TenantTerms
  let total = 0
  for (const { id, state } of yield* (yield* Tenants).list) {
    if (state !== "active") continue
    const { quotas } = yield* terms.of(id)
    total += yield* deleteOf(id, DateTime.subtractDuration(now, Duration.days(quotas.retentionDays)))
  }
  return total
})

/** Every hour, on one pod. */
export const IncidentRetentionLive = Schedules.layer({
  name: "oncall/retention",
  cron: "0 40 * * * *",
  zone: "UTC",
  skipIfOlderThan: "1 hour",
  run: Effect.flatMap(DateTime.now, deleteExpiredIncidents).pipe(
    Effect.flatMap((incidents) => Effect.logDebug("Deleted incidents that are kept no longer", { incidents }))
  )
})
