import { type CurrentTenant, tenantWork, withPlatform } from "@innkeeper/database"
import { Context, type DateTime, Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import type { Scope } from "../access/Access.ts"
import { Principal } from "../access/Authorization.ts"
import { Conflict, NotFound } from "../access/Problems.ts"
import { makeChanged } from "../audit/makeChanged.ts"
import { hashToken, randomToken } from "../secrets/tokens.ts"
import { notServed, type TenantNotServed } from "../tenant/TenantNotServed.ts"
import { type ApiKey, ApiKeyId } from "./ApiKeyApi.ts"
import { findKeys, insertKey, revokeKey, useKey } from "./ApiKeyStore.ts"

/** Begins every key, so that scanners for leaked secrets know one. */
const prefix = "ik_"

/**
 * Keys for programs. A key is told once and only its hash is kept.
 *
 * @effect-expect-leaking CurrentTenant
 */
export class ApiKeys extends Context.Service<ApiKeys, {
  readonly list: Effect.Effect<ReadonlyArray<ApiKey>, never, CurrentTenant>
  readonly create: (key: {
    readonly name: string
    readonly scopes: readonly [Scope, ...ReadonlyArray<Scope>]
    readonly expiresAt: DateTime.Utc | null
  }) => Effect.Effect<{ readonly apiKey: ApiKey; readonly key: string }, Conflict, CurrentTenant>
  readonly revoke: (id: ApiKeyId) => Effect.Effect<void, NotFound, CurrentTenant>
  /** Who holds a key; none when it is unknown, revoked or expired. */
  readonly find: (key: string) => Effect.Effect<Option.Option<Principal>, TenantNotServed>
}>()("platform/ApiKeys") {
  static readonly layer = Layer.effect(
    ApiKeys,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const changed = yield* makeChanged("api-key")
      const { explained, scoped } = yield* tenantWork
      const unique = explained(({ _tag }) =>
        _tag === "UniqueViolation" ? new Conflict({ detail: "Another key has this name", field: "name" }) : undefined
      )

      const list = scoped(findKeys()).pipe(Effect.withSpan("ApiKeys.list"))

      const create = Effect.fn("ApiKeys.create")(
        function*(input: {
          readonly name: string
          readonly scopes: readonly [Scope, ...ReadonlyArray<Scope>]
          readonly expiresAt: DateTime.Utc | null
        }) {
          const key = `${prefix}${randomToken()}`
          const id = ApiKeyId.make(SecureRandom.uuidV7Unsafe())
          const apiKey = yield* unique(Effect.gen(function*() {
            yield* insertKey({ ...input, id, hint: key.slice(-4) }, hashToken(key))
            yield* changed("api-key.created", id, { name: input.name, scopes: input.scopes })
            const [created] = yield* findKeys(id)
            return yield* Effect.orDie(Effect.fromNullishOr(created))
          }))
          return { apiKey, key }
        }
      )

      const revoke = Effect.fn("ApiKeys.revoke")((id: ApiKeyId) =>
        scoped(Effect.gen(function*() {
          if (!(yield* revokeKey(id))) return yield* new NotFound({ resource: "api key" })
          yield* changed("api-key.revoked", id, {})
        }))
      )

      const find = Effect.fn("ApiKeys.find")(function*(key: string) {
        if (!key.startsWith(prefix)) return Option.none()
        const found = yield* useKey(hashToken(key)).pipe(
          withPlatform("api key by hash"),
          Effect.provideService(SqlClient.SqlClient, sql),
          Effect.orDie
        )
        if (Option.isNone(found)) return Option.none()
        const { tenantName, tenantState, ...holder } = found.value
        const refusal = notServed({ name: tenantName, state: tenantState })
        if (refusal !== undefined) return yield* refusal
        return Option.some(new Principal({ kind: "api-key", platformAdmin: false, ...holder }))
      })

      return ApiKeys.of({ list, create, revoke, find })
    })
  )
}
