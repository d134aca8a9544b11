import { platformTable } from "@innkeeper/database"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Types of events that a consumer has not read up to its cursor, and how far it has read them. */
export const catchUp = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE event_catch_up (
      consumer text REFERENCES event_consumer ON DELETE CASCADE,
      type text,
      transaction xid8 NOT NULL,
      position bigint NOT NULL,
      seen_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (consumer, type)
    )`
  yield* platformTable("event_catch_up")
})
