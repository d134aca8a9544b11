import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { ArchiveName } from "../archive/ArchiveStorage.ts"
import { Holdings } from "./Holdings.ts"

const Row = Schema.Struct({
  /** Name of the archive that was written here, or that came here. */
  archive: Schema.NullOr(ArchiveName),
  /** What was sent away from here. */
  sent: Schema.NullOr(Holdings),
  /** What has arrived here. */
  arrived: Schema.NullOr(Holdings),
  /** What has arrived in the other place, as that has answered. */
  answered: Schema.NullOr(Holdings)
})
/** What is known of a move. */
export type Move = typeof Row.Type
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

/** Within `withPlatform`, as all that changes `tenant_move`. */
export const findMove = Effect.fnUntraced(function*(operation: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`SELECT archive, sent, arrived, answered FROM tenant_move WHERE operation = ${operation}`
  return (yield* decodeRows(rows))[0]
})

/** Writes down what is given; what is not given stays. */
export const noteMove = Effect.fnUntraced(function*(
  { operation, slug }: { readonly operation: string; readonly slug: string },
  { answered = null, archive = null, arrived = null, sent = null }: Partial<Move>
) {
  const sql = yield* SqlClient.SqlClient
  const json = (value: Holdings | null) => value === null ? null : JSON.stringify(value)
  yield* sql`
    INSERT INTO tenant_move AS known (operation, slug, archive, sent, arrived, answered)
    VALUES (${operation}, ${slug}, ${archive}, ${json(sent)}::jsonb, ${json(arrived)}::jsonb, ${json(answered)}::jsonb)
    ON CONFLICT (operation) DO UPDATE SET archive = coalesce(excluded.archive, known.archive),
      sent = coalesce(excluded.sent, known.sent), arrived = coalesce(excluded.arrived, known.arrived),
      answered = coalesce(excluded.answered, known.answered)`
})

/**
 * Lets values be written as the same text by every server, until the transaction ends: times in UTC, numbers with all their
 * digits.
 */
export const writeSameText = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),
      set_config('IntervalStyle', 'postgres', true), set_config('extra_float_digits', '1', true),
      set_config('bytea_output', 'hex', true)`
})

/** Number of the transaction that this runs in. */
export const ownTransaction = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ id: string }>`SELECT pg_current_xact_id()::text AS id`
  return row!.id
})
