import { Conflict } from "@innkeeper/platform/api"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { ServiceId } from "../service/Service.ts"

/**
 * Waits until no other document is being applied to the tenant, and keeps others waiting until the transaction ends. Who waits
 * longer than a session waits for any lock is told to try again.
 */
export const lockSetup = Effect.fnUntraced(
  function*(slug: string) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`SELECT pg_advisory_xact_lock(hashtextextended(${`setup/${slug}`}, 0))`
  },
  Effect.catchReason(
    "SqlError",
    "LockTimeoutError",
    () => new Conflict({ detail: "Another document of this organisation is being applied. Try again when it is done." })
  )
)

/** Takes their routing keys from services that get others afterwards, so that keys can be handed on in any order. */
export const releaseRoutingKeys = Effect.fnUntraced(function*(services: ReadonlyArray<ServiceId>) {
  if (services.length === 0) return
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE service SET routing_key = id::text WHERE id = ANY (${services}::text[]::uuid[])`
})
