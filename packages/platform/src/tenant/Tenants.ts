import { TenantId, type TenantSlug } from "@innkeeper/config"
import { asTenant, CurrentTenant, withPlatform, withTenant } from "@innkeeper/database"
import { Context, Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import type { Conflict } from "../access/Problems.ts"
import { Audit } from "../audit/Audit.ts"
import { notHere } from "./notHere.ts"
import { findTenants, holdPlace, insertTenant, renameTenant, type Tenant } from "./TenantStore.ts"

/** The registry of tenants. */
export class Tenants extends Context.Service<Tenants, {
  readonly list: Effect.Effect<ReadonlyArray<Tenant>>
  readonly bySlug: (slug: TenantSlug) => Effect.Effect<Option.Option<Tenant>>
  /** Enters a tenant, or returns the one that has the slug. */
  readonly ensure: (tenant: {
    readonly slug: TenantSlug
    readonly name: string
    readonly timeZone: string
  }) => Effect.Effect<Tenant>
  /**
   * Refuses a tenant whose data is not in this database, or not at rest there. Otherwise, and where there is no such tenant,
   * nobody enters it or changes its state until the caller's transaction ends.
   */
  readonly holdHere: (slug: TenantSlug) => Effect.Effect<void, Conflict>
  /** Changes the name and the zone of the current tenant. */
  readonly rename: (change: {
    readonly name: string
    readonly timeZone: string
  }) => Effect.Effect<void, never, CurrentTenant>
  /** The current tenant. */
  readonly current: Effect.Effect<Tenant, never, CurrentTenant>
}>()("platform/Tenants") {
  static readonly layer = Layer.effect(
    Tenants,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const audit = yield* Audit
      const provide = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        effect.pipe(Effect.provideService(SqlClient.SqlClient, sql), Effect.orDie)
      const across = <A, E, R>(name: string, effect: Effect.Effect<A, E, R>) => provide(withPlatform(name)(effect))

      const list = across("tenants", findTenants()).pipe(Effect.withSpan("Tenants.list"))

      const bySlug = Effect.fn("Tenants.bySlug")((slug: TenantSlug) =>
        across("tenant by slug", findTenants({ slug })).pipe(Effect.map(([found]) => Option.fromNullishOr(found)))
      )

      const ensure = Effect.fn("Tenants.ensure")(
        function*(tenant: { readonly slug: TenantSlug; readonly name: string; readonly timeZone: string }) {
          const id = TenantId.make(SecureRandom.uuidV7Unsafe())
          const found = yield* across(
            "tenant entered",
            Effect.andThen(
              insertTenant({ ...tenant, id }),
              Effect.map(findTenants({ slug: tenant.slug }), ([found]) => Option.fromNullishOr(found))
            )
          ).pipe(Effect.flatMap(Effect.fromOption), Effect.orDie)
          if (found.id === id) {
            yield* audit.record({ action: "tenant.created", subject: `tenant:${id}`, detail: { slug: tenant.slug } })
              .pipe(asTenant(id))
          }
          return found
        }
      )

      const holdHere = Effect.fn("Tenants.holdHere")(function*(slug: TenantSlug) {
        const place = yield* across("tenant held", holdPlace(slug))
        const refusal = place === undefined ? undefined : notHere(place)
        if (refusal !== undefined) return yield* refusal
      })

      const rename = Effect.fn("Tenants.rename")(
        function*(change: { readonly name: string; readonly timeZone: string }) {
          const { id } = yield* CurrentTenant
          yield* across("tenant renamed", renameTenant(id, change))
          yield* audit.record({ action: "tenant.updated", subject: `tenant:${id}`, detail: { ...change } })
        }
      )

      const current = Effect.gen(function*() {
        const { id } = yield* CurrentTenant
        const [found] = yield* provide(withTenant(findTenants({ id })))
        return yield* Effect.orDie(Effect.fromNullishOr(found))
      }).pipe(Effect.withSpan("Tenants.current"))

      return Tenants.of({ list, bySlug, ensure, holdHere, rename, current })
    })
  )
}
