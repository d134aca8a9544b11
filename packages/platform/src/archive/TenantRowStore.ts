import { TenantId, TenantSlug } from "@innkeeper/config"
import type { TenantTable } from "@innkeeper/database"
import { Effect, Option, Schema, Stream } from "effect"
import { SqlClient } from "effect/sql"

/** Rows are found by their keys, which begin with the tenant, however many rows others have. */
export const planByKey = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`SELECT set_config('enable_seqscan', 'off', true)`
})

/** The current tenant, with all of its row in the registry. */
export const findRegistered = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`SELECT id, slug, to_jsonb(tenant) AS tenant FROM tenant`
  return (yield* decodeRegistered(rows))[0]
})

const decodeRegistered = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ id: TenantId, slug: TenantSlug, tenant: Schema.Json }))
)

/** Number of a transaction that has not begun. */
export const nextTransaction = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ next: string }>`SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next`
  return BigInt(row!.next)
})

/** Characters that are read at a time, about. */
const enough = 1_000_000

/** How many rows to read next, where the longest that were read last had so many characters. */
const nextRead = (longest: number) => Math.max(1, Math.min(256, Math.floor(enough / longest)))

/**
 * All rows of the table that the scope may see, as arrays of the columns' text in JSON, in the order of a column if one is
 * given. Within a transaction, one table at a time, and a few rows in memory.
 */
export const readRows = ({ columns, name }: TenantTable, order?: string) =>
  Stream.unwrap(Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const values = sql.csv(columns.map((column) => sql`${sql(column.name)}::text`))
    yield* sql`
      DECLARE archived_row NO SCROLL CURSOR FOR SELECT to_json(ARRAY[${values}]::text[])::text AS line FROM ${
      sql(name)
    } ${order === undefined ? sql`` : sql`ORDER BY ${sql(order)}`}`
    return Stream.paginate(16, (count) =>
      Effect.gen(function*() {
        const rows = yield* sql<{ line: string }>`FETCH ${sql.literal(String(count))} FROM archived_row`
        if (rows.length < count) yield* sql`CLOSE archived_row`
        const longest = rows.reduce((most, { line }) => Math.max(most, line.length), 1)
        return [
          rows.map(({ line }) => line),
          rows.length < count ? Option.none<number>() : Option.some(nextRead(longest))
        ] as const
      }))
  }))

/**
 * Writes rows as `readRows` gave them, in their order. Numbers that the table would give itself are kept if they are among the
 * columns.
 */
export const insertRows = Effect.fnUntraced(
  function*({ columns, name }: TenantTable, rows: ReadonlyArray<string>) {
    const sql = yield* SqlClient.SqlClient
    const names = sql.csv(columns.map((column) => sql`${sql(column.name)}`))
    const values = sql.csv(columns.map(({ type }, index) => `(row.value->>${index})::${type}`))
    yield* sql`
      INSERT INTO ${sql(name)} (${names}) OVERRIDING SYSTEM VALUE
      SELECT ${values}
      FROM jsonb_array_elements(${`[${rows.join(",")}]`}::jsonb) WITH ORDINALITY AS row (value, number)
      ORDER BY row.number`
  }
)

/** Deletes at most so many rows of the table that the scope may see, and returns how many they were. */
export const deleteRows = Effect.fnUntraced(function*(table: string, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ count: number }>`
    WITH gone AS (
      DELETE FROM ${sql(table)} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${sql(table)} LIMIT ${limit})) RETURNING 1
    )
    SELECT count(*)::int AS count FROM gone`
  return row!.count
})

/** Whether the table has rows that the scope may see. */
export const hasRows = Effect.fnUntraced(function*(table: string) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ found: boolean }>`SELECT EXISTS (SELECT FROM ${sql(table)}) AS found`
  return row!.found
})
