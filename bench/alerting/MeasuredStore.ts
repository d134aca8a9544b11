import { OwnerSql } from "@innkeeper/database"
import { Effect, Schema } from "effect"

export const postgresVersion = Effect.gen(function*() {
  const sql = yield* OwnerSql
  const [row] = yield* decodeVersions(yield* sql`SELECT current_setting('server_version') AS version`)
  return row!.version
})

/** Alerts that are stored. */
export const storedAlerts = Effect.gen(function*() {
  const sql = yield* OwnerSql
  const [row] = yield* decodeCounts(yield* sql`SELECT count(*)::int AS count FROM alert`)
  return row!.count
})

/** Bytes of the whole database on disk, without the write-ahead log. */
export const databaseBytes = Effect.gen(function*() {
  const sql = yield* OwnerSql
  const [row] = yield* decodeBytes(yield* sql`SELECT pg_database_size(current_database())::float8 AS bytes`)
  return row!.bytes
})

/** The largest tables with their indexes and out-of-line values, largest first. */
export const largestTables = Effect.gen(function*() {
  const sql = yield* OwnerSql
  return yield* decodeTables(
    yield* sql`
      SELECT relname AS name, pg_total_relation_size(oid)::float8 AS bytes FROM pg_class
      WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 8`
  )
})

/**
 * When the second level was due and when its step was recorded, in milliseconds since 1970. Due is the timeout after
 * the first level's step, which is what the escalation run shows as its next step.
 */
export const secondLevels = Effect.fnUntraced(function*(timeoutSeconds: number) {
  const sql = yield* OwnerSql
  return yield* decodeSteps(
    yield* sql`
      SELECT incident.title AS name,
        (extract(epoch FROM first.created_at) + ${timeoutSeconds}::float8)::float8 * 1000 AS due,
        extract(epoch FROM second.created_at)::float8 * 1000 AS taken
      FROM notification first
      JOIN notification second USING (tenant_id, incident_id, run)
      JOIN incident ON incident.tenant_id = first.tenant_id AND incident.id = first.incident_id
      WHERE first.stage = 0 AND second.stage = 1`
  )
})

const decodeVersions = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ version: Schema.String })))
const decodeCounts = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ count: Schema.Int })))
const decodeBytes = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ bytes: Schema.Finite })))
const decodeTables = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ name: Schema.String, bytes: Schema.Finite }))
)
const decodeSteps = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ name: Schema.String, due: Schema.Finite, taken: Schema.Finite }))
)
