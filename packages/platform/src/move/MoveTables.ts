import { platformTable } from "@innkeeper/database"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Moves of tenants between databases, and the state of one whose data is on its way. */
export const moveTables = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE tenant_move (
      operation uuid PRIMARY KEY,
      slug text NOT NULL,
      archive text,
      sent jsonb,
      arrived jsonb,
      answered jsonb,
      at timestamptz NOT NULL DEFAULT now()
    )`
  yield* platformTable("tenant_move", { only: true })

  yield* sql`ALTER TABLE tenant DROP CONSTRAINT tenant_state_check`
  yield* sql`
    ALTER TABLE tenant
      ADD CHECK (state IN ('provisioning', 'active', 'suspended', 'moving', 'offboarding', 'offboarded', 'failed'))`
})
