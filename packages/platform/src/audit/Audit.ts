import { type CurrentTenant, withTenant } from "@innkeeper/database"
import { Context, Effect, Layer, Option, type Schema } from "effect"
import { SqlClient } from "effect/sql"
import { CurrentPrincipal } from "../access/Authorization.ts"
import { RequestInfo } from "../edge/RequestInfo.ts"
import { Actor } from "../identity/User.ts"
import type { AuditEntry } from "./AuditApi.ts"
import { type AuditFilter, findEntries, insertEntry } from "./AuditStore.ts"

const platform = new Actor({ kind: "system", id: null, name: "Innkeeper" })

/**
 * Who did what, when, from where. Rows are only ever added.
 *
 * @effect-expect-leaking CurrentTenant
 */
export class Audit extends Context.Service<Audit, {
  /** Puts an action on record, in the surrounding transaction if there is one. The actor is the current principal. */
  readonly record: (entry: {
    readonly action: string
    readonly subject: string | null
    readonly detail: Schema.Json
    readonly actor?: Actor
  }) => Effect.Effect<void, never, CurrentTenant>
  /** Entries that match, newest first. */
  readonly search: (filter: AuditFilter) => Effect.Effect<ReadonlyArray<AuditEntry>, never, CurrentTenant>
}>()("platform/Audit") {
  static readonly layer = Layer.effect(
    Audit,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const scoped = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        withTenant(effect).pipe(Effect.provideService(SqlClient.SqlClient, sql), Effect.orDie)

      const record = Effect.fn("Audit.record")(
        function*(entry: {
          readonly action: string
          readonly subject: string | null
          readonly detail: Schema.Json
          readonly actor?: Actor
        }) {
          const principal = yield* Effect.serviceOption(CurrentPrincipal)
          const { ip, requestId } = yield* RequestInfo
          const actor = entry.actor ?? Option.match(principal, {
            onNone: () => platform,
            onSome: ({ id, kind, name }) => new Actor({ kind, id, name })
          })
          yield* scoped(insertEntry({ ...entry, actor, ip, requestId }))
        }
      )
      const search = Effect.fn("Audit.search")((filter: AuditFilter) => scoped(findEntries(filter)))
      return Audit.of({ record, search })
    })
  )
}
