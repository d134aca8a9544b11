import { Effect, type Schema } from "effect"
import { SqlClient } from "effect/sql"

/** A machine's state as it is stored. */
export interface StoredState {
  readonly state: Schema.Json
  /** How many events it has had. */
  readonly version: number
}

/** The state, or undefined when it has had no event. */
export const findState = Effect.fnUntraced(function*(machine: string, id: string) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<StoredState>`
    SELECT state, version FROM state_machine WHERE machine = ${machine} AND id = ${id}`
  return row
})

/** The state, held until the transaction ends; `initial` when it has had no event. */
export const holdState = Effect.fnUntraced(function*(machine: string, id: string, initial: Schema.Json) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO state_machine (machine, id, state, version)
    VALUES (${machine}, ${id}, ${JSON.stringify(initial)}::json, 0) ON CONFLICT DO NOTHING`
  const [row] = yield* sql<StoredState>`
    SELECT state, version FROM state_machine WHERE machine = ${machine} AND id = ${id} FOR UPDATE`
  return row!
})

/** Whether the machine has had the event with this key. */
export const hasHad = Effect.fnUntraced(function*(machine: string, id: string, key: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT FROM state_transition WHERE machine = ${machine} AND id = ${id} AND key = ${key}`
  return rows.length > 0
})

/** Writes a state and the event that led to it. */
export const writeState = Effect.fnUntraced(function*(
  machine: string,
  id: string,
  change: StoredState & {
    readonly event: Schema.Json
    readonly key: string | undefined
  }
) {
  const sql = yield* SqlClient.SqlClient
  const { event, key, state, version } = change
  yield* sql`
    UPDATE state_machine SET state = ${JSON.stringify(state)}::json, version = ${version}, changed_at = now()
    WHERE machine = ${machine} AND id = ${id}`
  yield* sql`
    INSERT INTO state_transition (machine, id, version, key, event, state)
    VALUES (${machine}, ${id}, ${version}, ${key ?? null}, ${JSON.stringify(event)}::json, ${
    JSON.stringify(state)
  }::json)`
})
