import { Effect } from "effect"
import type { Snowflake } from "effect/cluster"
import { SqlClient } from "effect/sql"

/**
 * `last_read` of a message that no pod may take up before it is released. The cluster takes a message that was read more
 * than ten minutes ago for forgotten, and clears the mark when a shard changes its pod.
 */
export const heldMark = "9999-12-31"

/**
 * Holds a message of a workflow that this pod cannot read; `known` are the names of those it can. Returns whether it did:
 * with `always`, also a message for a known workflow.
 */
export const hold = Effect.fnUntraced(function*(options: {
  readonly requestId: Snowflake.Snowflake
  readonly known: ReadonlyArray<string>
  readonly always: boolean
}) {
  const sql = yield* SqlClient.SqlClient
  const { always, known, requestId } = options
  const rows = yield* sql`
    UPDATE cluster_messages SET last_read = ${heldMark}::timestamp
    WHERE id = ${String(requestId)}::bigint AND NOT processed AND entity_type LIKE 'Workflow/%'
      AND (${always} OR entity_type NOT IN (SELECT 'Workflow/' || jsonb_array_elements_text(${
    JSON.stringify(["-/DurableClock", ...known])
  }::jsonb)))
    RETURNING entity_type AS "entityType", entity_id AS "entityId"`
  return rows.length > 0
})

/** Lets all held messages of a workflow be read again. */
export const releaseWorkflow = Effect.fnUntraced(function*(name: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE cluster_messages SET last_read = NULL
    WHERE entity_type = ${`Workflow/${name}`} AND last_read = ${heldMark}::timestamp AND NOT processed`
})

/** Lets all held messages of one run be read again. */
export const releaseRun = Effect.fnUntraced(function*(name: string, id: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE cluster_messages SET last_read = NULL
    WHERE entity_type = ${`Workflow/${name}`} AND entity_id = ${id} AND last_read = ${heldMark}::timestamp
      AND NOT processed`
})
