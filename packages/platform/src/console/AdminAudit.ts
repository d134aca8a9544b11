import { withPlatform } from "@innkeeper/database"
import { Context, Effect, Layer, type Schema } from "effect"
import { SqlClient } from "effect/sql"
import { RequestInfo } from "../edge/RequestInfo.ts"
import { AdminActor, CurrentAdmin } from "./AdminActor.ts"
import type { AdminAuditEntry } from "./AdminAuditEntry.ts"
import { findAdminEntries, insertAdminEntry } from "./AdminAuditStore.ts"

const token = new AdminActor({ kind: "token", sessionId: null })

/** What the platform's admins did, when, from where. It belongs to no tenant; rows are only ever added. */
export class AdminAudit extends Context.Service<AdminAudit, {
  /** Puts an action on record, in the surrounding transaction if there is one. The actor is the current admin. */
  readonly record: (entry: {
    readonly action: string
    readonly subject: string | null
    readonly detail: Schema.Json
    readonly actor?: AdminActor
  }) => Effect.Effect<void>
  /** Entries, newest first; `before` is the id of the last one of the previous page. */
  readonly list: (page: {
    readonly before?: string | undefined
    readonly limit: number
  }) => Effect.Effect<ReadonlyArray<AdminAuditEntry>>
}>()("platform/AdminAudit") {
  static readonly layer = Layer.effect(
    AdminAudit,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const across = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        withPlatform("admin audit")(effect).pipe(Effect.provideService(SqlClient.SqlClient, sql), Effect.orDie)

      const record = Effect.fn("AdminAudit.record")(
        function*(entry: {
          readonly action: string
          readonly subject: string | null
          readonly detail: Schema.Json
          readonly actor?: AdminActor
        }) {
          const { ip, requestId } = yield* RequestInfo
          const actor = entry.actor ?? (yield* Effect.serviceOption(CurrentAdmin)).pipe(
            (current) => current._tag === "Some" ? current.value : token
          )
          yield* across(insertAdminEntry({ ...entry, actor, ip, requestId }))
        }
      )
      const list = Effect.fn("AdminAudit.list")(
        (page: { readonly before?: string | undefined; readonly limit: number }) => across(findAdminEntries(page))
      )
      return AdminAudit.of({ record, list })
    })
  )
}
