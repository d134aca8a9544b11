import { withPlatform } from "@innkeeper/database"
import { DateTime, Duration, Effect, Metric, Schedule } from "effect"
import { Singleton } from "effect/cluster"
import type { Cursor } from "../event/Cursor.ts"
import { deleteFinishedMessages, deleteHandledEvents, type Page } from "./RetentionStore.ts"

/**
 * How long finished messages and handled events are kept. So long a workflow's key is known, and a second run with the same
 * key returns the first one's result; and so far back a browser can resume its live feed.
 */
const kept = Duration.days(7)

/** Rows that one statement looks at. */
const limit = 2000

const deletedRows = Metric.counter("retention_deleted_rows", {
  description: "Rows that were deleted because they were finished and old",
  incremental: true
})

/** Page by page to the end; returns how many rows went. */
const deleteAll = <Place, E, R>(
  table: string,
  deletePage: (after?: Place) => Effect.Effect<Page<Place>, E, R>
) =>
  Effect.gen(function*() {
    let total = 0
    let after: Place | undefined
    do {
      const { deleted, next } = yield* withPlatform("retention")(deletePage(after))
      yield* Metric.update(Metric.withAttributes(deletedRows, { table }), deleted)
      total += deleted
      after = next
    } while (after !== undefined)
    return total
  })

/** Deletes what has been finished for a week at `now`: the cluster's messages with their replies, and events. */
export const deleteExpired = Effect.fn("deleteExpired")(function*(now: DateTime.Utc) {
  const before = DateTime.subtractDuration(now, kept)
  const messages = yield* deleteAll(
    "cluster_messages",
    (after?: string) => deleteFinishedMessages({ before, after, limit })
  )
  const events = yield* deleteAll("outbox_event", (after?: Cursor) => deleteHandledEvents({ before, after, limit }))
  return { messages, events }
})

/** Keeps the runtime's tables small, every hour, on one pod. */
export const RetentionLive = Singleton.make(
  "retention",
  Effect.flatMap(DateTime.now, deleteExpired).pipe(
    Effect.flatMap(({ events, messages }) => Effect.logDebug("Deleted what is old", { events, messages })),
    Effect.catch((error) => Effect.logWarning("Could not delete what is old", error)),
    Effect.repeat(Schedule.spaced("1 hour"))
  )
)
