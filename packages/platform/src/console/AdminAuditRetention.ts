import { withPlatform } from "@innkeeper/database"
import { Schedules } from "@innkeeper/runtime"
import { DateTime, Effect } from "effect"
import { deleteAdminEntries } from "./AdminAuditStore.ts"

/** Entries that one transaction deletes. */
const limit = 2000

/** Deletes what the admins' record keeps no longer, page by page, and returns how many entries they were. */
export const deleteExpiredEntries = Effect.fn("deleteExpiredEntries")(function*(days: number, now: DateTime.Utc) {
  const before = DateTime.subtract(now, { days })
  let total = 0
  let page: number
  do {
    page = yield* withPlatform("admin audit retention")(deleteAdminEntries({ before, limit }))
    total += page
  } while (page === limit)
  return total
})

/** Every hour, on one pod. */
export const AdminAuditRetentionLive = ({ auditRetentionDays }: { readonly auditRetentionDays: number }) =>
  Schedules.layer({
    name: "platform/admin-audit-retention",
    cron: "0 50 * * * *",
    zone: "UTC",
    skipIfOlderThan: "1 hour",
    run: Effect.flatMap(DateTime.now, (now) => deleteExpiredEntries(auditRetentionDays, now)).pipe(
      Effect.flatMap((entries) => Effect.logDebug("Deleted entries of the admins' record", { entries }))
    )
  })
