import { withPlatform } from "@innkeeper/database"
import { DateTime, Duration, Effect, Metric } from "effect"
import type { Cursor } from "../event/Cursor.ts"
import { deleteSettledLetters } from "../event/DeadLetterStore.ts"
import { Schedules } from "../schedule/Schedules.ts"
import { deleteLostSchedules } from "../schedule/ScheduleStore.ts"
import {
  deleteEndedJobs,
  deleteFinishedMessages,
  deleteHandledEvents,
  deleteHandledMarks,
  deleteHeldMessages,
  deleteLostConsumers,
  type Page
} from "./RetentionStore.ts"
import { deleteLostSingletons } from "./SingletonStore.ts"

/**
 * How long finished messages and handled events are kept. So long a workflow's key is known, and a second run with the same
 * key returns the first one's result; and so far back a browser can resume its live feed.
 */
const kept = Duration.days(7)

/** How long dead letters are kept once they are settled, and marks of handled events, which outlive the events. */
const keptLonger = Duration.days(30)

/** Rows that one statement looks at. */
const limit = 2000

const deletedRows = Metric.counter("retention_deleted_rows", {
  description: "Rows that were deleted because they were finished and old",
  incremental: true
})

const logFailure = (table: string) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.tapCause(effect, (cause) => Effect.logWarning(`Could not delete what is old of ${table}`, cause))

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
  }).pipe(logFailure(table), Effect.exit)

/** For tables of which little goes in an hour. */
const deleteAtOnce = <E, R>(table: string, rows: Effect.Effect<number, E, R>) =>
  withPlatform("retention")(rows).pipe(
    Effect.tap((deleted) => Metric.update(Metric.withAttributes(deletedRows, { table }), deleted)),
    logFailure(table),
    Effect.exit
  )

const warnOf = (held: number) =>
  held === 0
    ? Effect.void
    : Effect.logWarning(`Gave up ${held} messages that waited for a pod that knows them, for a week`)

/**
 * Deletes what is over at `now`: the cluster's messages with their replies and events, after a week, and messages that no pod
 * knows; settled dead letters and marks of handled events, after 30 days; jobs that ended after a week, and dead ones after 30
 * days; schedules, singletons and consumers that no release has had for 30 days. Fails at the end where it could not delete
 * from a table: none holds up another.
 */
export const deleteExpired = Effect.fn("deleteExpired")(function*(now: DateTime.Utc) {
  const before = DateTime.subtractDuration(now, kept)
  const longBefore = DateTime.subtractDuration(now, keptLonger)
  const messages = yield* deleteAll(
    "cluster_messages",
    (after?: string) => deleteFinishedMessages({ before, after, limit })
  )
  const held = yield* deleteAtOnce("cluster_messages", Effect.tap(deleteHeldMessages(before), warnOf))
  const events = yield* deleteAll("outbox_event", (after?: Cursor) => deleteHandledEvents({ before, after, limit }))
  const letters = yield* deleteAtOnce("dead_letter", deleteSettledLetters(longBefore))
  const marks = yield* deleteAll("handled_event", () => deleteHandledMarks({ before: longBefore, limit }))
  const jobs = yield* deleteAll("job", () => deleteEndedJobs({ before, deadBefore: longBefore, limit }))
  const schedules = yield* deleteAtOnce("schedule_state", deleteLostSchedules(longBefore))
  const singletons = yield* deleteAtOnce("singleton_state", deleteLostSingletons(longBefore))
  const consumers = yield* deleteAtOnce("event_consumer", deleteLostConsumers(before, longBefore))
  return yield* Effect.all({ messages, held, events, letters, marks, jobs, schedules, singletons, consumers })
})

/** Keeps the runtime's tables small, every hour, on one pod. */
export const RetentionLive = Schedules.layer({
  name: "runtime/retention",
  cron: "0 0 * * * *",
  zone: "UTC",
  skipIfOlderThan: "1 hour",
  run: Effect.flatMap(DateTime.now, deleteExpired).pipe(
    Effect.flatMap((deleted) => Effect.logDebug("Deleted what is old", deleted))
  )
})
