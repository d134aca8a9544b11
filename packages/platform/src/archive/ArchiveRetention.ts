import { platformWork } from "@innkeeper/database"
import { Schedules } from "@innkeeper/runtime"
import { DateTime, Effect, Layer } from "effect"
import { AdminAudit } from "../console/AdminAudit.ts"
import { forgetArchive, lockArchived } from "./ArchiveRetentionStore.ts"
import { type ArchiveName, ArchiveStorage } from "./ArchiveStorage.ts"
import { isArchiveExpired, slugOfArchive } from "./isArchiveExpired.ts"

/**
 * Deletes the archives that have been kept for `days`, and puts each on the admins' record; those of tenants that this
 * installation does not know are left. Returns how many they were. What was not finished a day ago is deleted, too.
 */
export const deleteExpiredArchives = Effect.fn("deleteExpiredArchives")(function*(days: number, now: DateTime.Utc) {
  const storage = yield* ArchiveStorage
  const audit = yield* AdminAudit
  const across = yield* platformWork("archive retention")
  const before = DateTime.subtract(now, { days })

  /** Forgotten first: what a crash leaves behind, the next time deletes. */
  const forget = Effect.fnUntraced(function*(name: ArchiveName) {
    const slug = slugOfArchive(name)
    const tenant = yield* lockArchived(slug)
    if (tenant === undefined || !isArchiveExpired(name, tenant, before)) return false
    yield* forgetArchive(slug, name)
    yield* audit.record({ action: "tenant.archive.deleted", subject: `tenant:${tenant.id}`, detail: { slug, name } })
    return true
  })

  yield* storage.removeUnfinished(DateTime.subtract(now, { days: 1 }))
  let total = 0
  for (const name of yield* storage.list) {
    if (!(yield* across(forget(name)))) continue
    yield* storage.remove(name)
    total += 1
  }
  return total
})

/** Every hour, on one pod. */
export const ArchiveRetentionLive = ({ archiveRetentionDays }: { readonly archiveRetentionDays: number }) =>
  Layer.unwrap(Effect.map(Effect.context<ArchiveStorage | AdminAudit>(), (context) =>
    Schedules.layer({
      name: "platform/archive-retention",
      cron: "0 30 * * * *",
      zone: "UTC",
      skipIfOlderThan: "1 hour",
      run: Effect.flatMap(DateTime.now, (now) => deleteExpiredArchives(archiveRetentionDays, now)).pipe(
        Effect.orDie,
        Effect.flatMap((archives) => Effect.logDebug("Deleted archives that are kept no longer", { archives })),
        Effect.provideContext(context)
      )
    })))
