import { DateTime, Duration, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { storable } from "../storable.ts"
import { ScheduleState } from "./ScheduleState.ts"
import { cronOf, nextTime } from "./times.ts"

const instant = DateTime.formatIso

/** A schedule as it is announced by each pod that could run it. */
export interface Announced {
  readonly name: string
  readonly cron: string
  readonly zone: string
  readonly tolerance: Duration.Duration
  readonly nextAt: DateTime.Utc
}

/**
 * Enters a schedule. Of one that is known the next run stays as it is, unless its times have changed, or it was planned while the
 * clock was ahead.
 */
export const announceSchedule = Effect.fnUntraced(function*({ cron, name, nextAt, tolerance, zone }: Announced) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO schedule_state AS known (name, cron, zone, tolerance_seconds, next_at)
    VALUES (${name}, ${cron}, ${zone}, ${Math.round(Duration.toSeconds(tolerance))}, ${instant(nextAt)}::timestamptz)
    ON CONFLICT (name) DO UPDATE SET
      cron = excluded.cron, zone = excluded.zone, tolerance_seconds = excluded.tolerance_seconds,
      next_at = CASE WHEN (known.cron, known.zone) = (excluded.cron, excluded.zone)
        THEN least(known.next_at, excluded.next_at) ELSE excluded.next_at END`
})

/**
 * Writes down that a run begins, and tells whether it shall: not when the same or a later one has ended already, which the
 * cluster may not have learnt before its pod was lost. One that has yet to come was run while the clock was ahead.
 */
export const beginRun = Effect.fnUntraced(function*(run: {
  readonly name: string
  readonly scheduledFor: DateTime.Utc
  readonly startedAt: DateTime.Utc
  readonly nextAt: DateTime.Utc
}) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    UPDATE schedule_state SET scheduled_for = ${instant(run.scheduledFor)}::timestamptz,
      started_at = ${instant(run.startedAt)}::timestamptz, outcome = 'running', error = NULL, duration_ms = NULL,
      next_at = ${instant(run.nextAt)}::timestamptz
    WHERE name = ${run.name} AND NOT (
      scheduled_for IS NOT NULL AND outcome IN ('succeeded', 'failed', 'skipped')
        AND scheduled_for BETWEEN ${instant(run.scheduledFor)}::timestamptz AND ${instant(run.startedAt)}::timestamptz
    )
    RETURNING name`
  return rows.length > 0
})

export const endRun = Effect.fnUntraced(function*(run: {
  readonly name: string
  readonly endedAt: DateTime.Utc
  readonly nextAt: DateTime.Utc
  readonly duration: Duration.Duration
  /** What it failed with; null when it did not. */
  readonly error: string | null
}) {
  const sql = yield* SqlClient.SqlClient
  const { error, name } = run
  const endedAt = instant(run.endedAt)
  yield* sql`
    UPDATE schedule_state SET outcome = ${error === null ? "succeeded" : "failed"}, error = ${
    error === null ? null : storable(error)
  },
      duration_ms = ${Math.round(Duration.toMillis(run.duration))}, next_at = ${instant(run.nextAt)}::timestamptz,
      last_success_at = ${error === null ? sql`${endedAt}::timestamptz` : sql`last_success_at`}
    WHERE name = ${name}`
})

/** Writes down that a run came too late to be done. */
export const skipRun = Effect.fnUntraced(function*(run: {
  readonly name: string
  readonly scheduledFor: DateTime.Utc
  readonly nextAt: DateTime.Utc
}) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE schedule_state SET scheduled_for = ${instant(run.scheduledFor)}::timestamptz, started_at = NULL,
      outcome = 'skipped', error = NULL, duration_ms = NULL, next_at = ${instant(run.nextAt)}::timestamptz
    WHERE name = ${run.name}`
})

/** Forgets schedules that should have run before `before` and did not: no release has them any more. Gives how many. */
export const deleteLostSchedules = Effect.fnUntraced(function*(before: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`DELETE FROM schedule_state WHERE next_at < ${instant(before)}::timestamptz RETURNING name`
  return rows.length
})

const nullableInstant = Schema.NullOr(Schema.DateTimeUtcFromDate)
const { late: _, ...stored } = ScheduleState.fields
const decodeStates = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({
  ...stored,
  nextRunAt: Schema.DateTimeUtcFromDate,
  scheduledFor: nullableInstant,
  lastRunAt: nullableInstant,
  lastSuccessAt: nullableInstant,
  tolerance: Schema.DurationFromMillis
})))

/**
 * Whether a schedule should have run by now, or is planned for later than it should be: its next run was planned while the clock
 * was ahead, and nobody would run it until then.
 */
const isLate = (
  { cron, nextRunAt, tolerance, zone }: Omit<Announced, "nextAt"> & Pick<ScheduleState, "nextRunAt">,
  now: DateTime.Utc
) =>
  DateTime.isLessThan(DateTime.addDuration(nextRunAt, tolerance), now) ||
  DateTime.isLessThan(nextTime(cronOf(cron, zone), DateTime.addDuration(now, tolerance)), nextRunAt)

/** Every schedule that was ever entered, as it stands at `now`. */
export const findSchedules = Effect.fnUntraced(function*(now: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT name, cron, zone, next_at AS "nextRunAt", scheduled_for AS "scheduledFor", started_at AS "lastRunAt",
      outcome AS "lastOutcome", error AS "lastError", duration_ms AS "lastDurationMs", last_success_at AS "lastSuccessAt",
      tolerance_seconds * 1000::float8 AS tolerance
    FROM schedule_state ORDER BY name`
  return (yield* decodeStates(rows)).map((row) => new ScheduleState({ ...row, late: isLate(row, now) }))
})
