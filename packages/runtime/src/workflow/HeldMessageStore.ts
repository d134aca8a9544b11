import { Effect } from "effect"
import type { Snowflake } from "effect/cluster"
import { SqlClient } from "effect/sql"

/**
 * `last_read` of a message that no pod may take up before it is released. The cluster takes a message that was read more
 * than ten minutes ago for forgotten, and clears the mark when a shard changes its pod.
 */
export const heldMark = "9999-12-31"

/** Holds those of the messages that are stored and unanswered. Returns how many there were. */
export const hold = Effect.fnUntraced(function*(ids: ReadonlyArray<Snowflake.Snowflake>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    UPDATE cluster_messages SET last_read = ${heldMark}::timestamp
    WHERE id IN (SELECT value::bigint FROM json_array_elements_text(${JSON.stringify(ids.map(String))}::json))
      AND NOT processed
    RETURNING id`
  return rows.length
})

/** Lets all held messages for entities of a type be read again. */
export const releaseEntities = Effect.fnUntraced(function*(type: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE cluster_messages SET last_read = NULL
    WHERE entity_type = ${type} AND last_read = ${heldMark}::timestamp AND NOT processed`
})

/** Lets all held messages of one run be read again. */
export const releaseRun = Effect.fnUntraced(function*(name: string, id: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE cluster_messages SET last_read = NULL
    WHERE entity_type = ${`Workflow/${name}`} AND entity_id = ${id} AND last_read = ${heldMark}::timestamp
      AND NOT processed`
})
