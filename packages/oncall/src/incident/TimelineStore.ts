import { Actor } from "@innkeeper/platform/api"
import { Effect, Option, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import type { NewTimelineEntry } from "../alert/Ingest.ts"
import { type IncidentId, TimelineEntry } from "./Incident.ts"

const encodeActor = Schema.encodeSync(Actor)

const Row = Schema.Struct({ ...TimelineEntry.fields, at: Schema.DateTimeUtcFromDate })
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

const rowsOf = (entries: ReadonlyArray<NewTimelineEntry>) =>
  entries.map((entry) => ({
    id: SecureRandom.uuidV7Unsafe(),
    incident_id: entry.incidentId,
    kind: entry.kind,
    actor: encodeActor(entry.actor),
    text: entry.text
  }))

const insert = (sql: SqlClient.SqlClient, rows: ReturnType<typeof rowsOf>) =>
  sql`
    INSERT INTO timeline_entry (id, incident_id, kind, actor, text)
    SELECT id, incident_id, kind, actor, text
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row (
      id uuid, incident_id uuid, kind text, actor jsonb, text text)`

/** The write that adds lines to timelines, in the order given; none for none. */
export const timelineWrites = Effect.fnUntraced(function*(entries: ReadonlyArray<NewTimelineEntry>) {
  const sql = yield* SqlClient.SqlClient
  return entries.length === 0 ? [] : [insert(sql, rowsOf(entries))]
})

/** Adds lines to timelines, in the order given, and returns their ids. */
export const appendTimeline = Effect.fnUntraced(function*(entries: ReadonlyArray<NewTimelineEntry>) {
  if (entries.length === 0) return []
  const sql = yield* SqlClient.SqlClient
  const rows = rowsOf(entries)
  yield* insert(sql, rows)
  return rows.map(({ id }) => id)
})

/** The timeline of an incident, oldest first. The database's clock decides: ids are made by each server before it writes. */
export const timelineOf = Effect.fnUntraced(function*(incidentId: IncidentId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT id, at, kind, actor, text FROM timeline_entry WHERE incident_id = ${incidentId} ORDER BY at, id`
  return (yield* decodeRows(rows)).map((row) => new TimelineEntry(row))
})

/** One line of an incident's timeline. */
export const timelineEntry = Effect.fnUntraced(function*(id: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`SELECT id, at, kind, actor, text FROM timeline_entry WHERE id = ${id}`
  return Option.map(Option.fromNullishOr((yield* decodeRows(rows))[0]), (row) => new TimelineEntry(row))
})
