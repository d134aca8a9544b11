import type { UserId } from "@innkeeper/platform/api"
import { DateTime, Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Override, Schedule, type ScheduleInput } from "./Schedule.ts"
import type { OverrideId, ScheduleId } from "./ScheduleId.ts"

const decodeSchedules = Schema.decodeUnknownEffect(Schema.Array(Schedule))
const encodeLayers = Schema.encodeSync(Schema.fromJsonString(Schedule.fields.layers))

/** One schedule by its id, or all by name. */
export const findSchedules = Effect.fnUntraced(function*(id?: ScheduleId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT id, name, time_zone AS "timeZone", layers FROM schedule
    WHERE ${id === undefined ? sql`true` : sql`id = ${id}`} ORDER BY name COLLATE name_order`
  return yield* decodeSchedules(rows)
})

export const insertSchedule = Effect.fnUntraced(function*(schedule: Schedule) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO schedule (id, name, time_zone, layers)
    VALUES (${schedule.id}, ${schedule.name}, ${schedule.timeZone}, ${encodeLayers(schedule.layers)}::jsonb)`
})

/** False when there is no such schedule. */
export const updateSchedule = Effect.fnUntraced(function*(id: ScheduleId, input: typeof ScheduleInput.Type) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    UPDATE schedule
    SET name = ${input.name}, time_zone = ${input.timeZone}, layers = ${encodeLayers(input.layers)}::jsonb
    WHERE id = ${id} RETURNING id`
  return rows.length > 0
})

/** Takes the schedule, so that nothing can begin to refer to it; false when there is none. */
export const holdSchedule = Effect.fnUntraced(function*(id: ScheduleId) {
  const sql = yield* SqlClient.SqlClient
  return (yield* sql`SELECT id FROM schedule WHERE id = ${id} FOR UPDATE`).length > 0
})

export const deleteSchedule = Effect.fnUntraced(function*(id: ScheduleId) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM schedule WHERE id = ${id}`
})

/** Names of the escalation policies that page by this schedule. */
export const policiesUsing = Effect.fnUntraced(function*(id: ScheduleId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly name: string }>`
    SELECT name FROM escalation_policy
    WHERE jsonb_path_exists(plan, '$.** ? (@.kind == "schedule" && @.id == $id)', jsonb_build_object('id', ${id}::text))
    ORDER BY name COLLATE name_order`
  return rows.map(({ name }) => name)
})

const WithOverrides = Schema.Struct({ ...Schedule.fields, overrides: Schema.Array(Override) })
const decodeWithOverrides = Schema.decodeUnknownEffect(Schema.Array(WithOverrides))

/** A schedule with its overrides, in the order in which they were made. */
export interface ScheduleWithOverrides {
  readonly schedule: Schedule
  readonly overrides: ReadonlyArray<Override>
}

/** The end of a span as PostgreSQL reads it. Years of more than four digits it cannot, and no override begins in one. */
const endOf = (until: DateTime.Utc | undefined): string =>
  until === undefined || DateTime.getPartUtc(until, "year") > 9999 ? "infinity" : DateTime.formatIso(until)

/** One schedule, or all by name, each with the overrides that touch the span, which has no end without `until`; a single query. */
export const findWithOverrides = Effect.fnUntraced(
  function*(span: { readonly from: DateTime.Utc; readonly until?: DateTime.Utc; readonly id?: ScheduleId }) {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`
      SELECT id, name, time_zone AS "timeZone", layers, coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', override.id, 'userId', override.user_id,
            'start', override.starts_at, 'end', override.ends_at) ORDER BY override.created_at, override.id)
        FROM schedule_override override
        WHERE override.tenant_id = schedule.tenant_id AND override.schedule_id = schedule.id
          AND override.ends_at > ${DateTime.formatIso(span.from)}::timestamptz
          AND override.starts_at < ${endOf(span.until)}::timestamptz
      ), '[]') AS overrides
      FROM schedule
      WHERE ${span.id === undefined ? sql`true` : sql`id = ${span.id}`}
      ORDER BY name COLLATE name_order`
    return (yield* decodeWithOverrides(rows)).map(({ overrides, ...schedule }): ScheduleWithOverrides => ({
      schedule: new Schedule(schedule),
      overrides
    }))
  }
)

export const insertOverride = Effect.fnUntraced(function*(scheduleId: ScheduleId, override: Override) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO schedule_override (id, schedule_id, user_id, starts_at, ends_at)
    VALUES (${override.id}, ${scheduleId}, ${override.userId},
      ${DateTime.formatIso(override.start)}::timestamptz, ${DateTime.formatIso(override.end)}::timestamptz)`
})

/** False when the schedule has no such override. */
export const deleteOverride = Effect.fnUntraced(function*(scheduleId: ScheduleId, id: OverrideId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    DELETE FROM schedule_override WHERE id = ${id} AND schedule_id = ${scheduleId} RETURNING id`
  return rows.length > 0
})

const decodePage = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ active: Schema.Boolean })))

/** Whether a person may be paged; none when there is no such person. */
export const findActive = Effect.fnUntraced(function*(id: UserId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`SELECT deactivated_at IS NULL AS active FROM user_account WHERE id = ${id} FOR KEY SHARE`
  return Option.map(Option.fromNullishOr((yield* decodePage(rows))[0]), ({ active }) => active)
})
