import { TenantId } from "@innkeeper/config"
import { withPlatform } from "@innkeeper/database"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Enters a tenant in the registry, and nothing else of it. */
export const makeTenant = Effect.fn("makeTenant")(function*(slug: string) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ id: string }>`
    INSERT INTO tenant (id, slug, name) VALUES (uuidv7(), ${slug}, ${slug}) RETURNING id`.pipe(
    withPlatform("makeTenant"),
    Effect.orDie
  )
  return TenantId.make(row!.id)
})
