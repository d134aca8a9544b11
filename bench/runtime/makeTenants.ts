import { TenantId } from "@innkeeper/config"
import { withPlatform } from "@innkeeper/database"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Enters tenants in the registry, and nothing else of them. */
export const makeTenants = Effect.fnUntraced(function*(count: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ id: string }>`
    INSERT INTO tenant (id, slug, name)
    SELECT uuidv7(), 'tenant-' || number, 'Tenant ' || number FROM generate_series(1, ${count}::int) AS number
    RETURNING id`.pipe(
    withPlatform("makeTenants"),
    Effect.orDie
  )
  return rows.map(({ id }) => TenantId.make(id))
})
