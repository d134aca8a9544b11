import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** The trace in which an event happened. */
export const traces = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE outbox_event ADD COLUMN traceparent text`
})
