import type { TenantId } from "@innkeeper/config"
import { asTenant, type CurrentTenant, withTenant } from "@innkeeper/database"
import { Outbox } from "@innkeeper/runtime"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * How work that nobody waits for to mend, such as a step of an escalation, runs on behalf of a tenant: in one transaction,
 * with the events it tells. Whatever fails is a defect.
 */
export const tenantTransaction = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const outbox = yield* Outbox
  return <A, E>(
    tenantId: TenantId,
    effect: Effect.Effect<A, E, SqlClient.SqlClient | CurrentTenant | Outbox>
  ): Effect.Effect<A> =>
    withTenant(effect).pipe(
      asTenant(tenantId),
      Effect.provideService(SqlClient.SqlClient, sql),
      Effect.provideService(Outbox, outbox),
      Effect.orDie
    )
})
