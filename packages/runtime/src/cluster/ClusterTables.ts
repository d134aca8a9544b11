import { platformTable } from "@innkeeper/database"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** What each pod tells of itself. */
export const podTable = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE cluster_pod (
      id uuid PRIMARY KEY,
      address text NOT NULL,
      host text NOT NULL,
      version text NOT NULL,
      started_at timestamptz NOT NULL,
      seen_at timestamptz NOT NULL DEFAULT now(),
      shards int[] NOT NULL,
      entities int NOT NULL,
      cpu float8 NOT NULL,
      memory_bytes float8 NOT NULL
    )`
  yield* platformTable("cluster_pod")
})

/** What the pods agreed on: one row. */
export const settingsTable = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE cluster_settings (
      singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
      settings jsonb NOT NULL,
      agreed_at timestamptz NOT NULL DEFAULT now()
    )`
  yield* platformTable("cluster_settings")
})
