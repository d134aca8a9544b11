import {
  defaultQuotas,
  type Feature,
  type MailIdentity,
  type SharedQuotas,
  type TenantId,
  type TenantSlug
} from "@innkeeper/config"
import { platformWork } from "@innkeeper/database"
import { Cache, Context, Duration, Effect, Exit, Layer } from "effect"
import { Forbidden } from "../access/Problems.ts"
import type { TenantState } from "../lifecycle/TenantOperation.ts"
import { type ConfiguredTenant, TenantConfigs } from "./TenantConfigs.ts"
import { notServed, type TenantNotServed } from "./TenantNotServed.ts"
import { findTenants } from "./TenantStore.ts"

/** What counts for a tenant at run time, of its state and its configuration. */
export interface Terms {
  readonly slug: TenantSlug
  readonly name: string
  readonly state: TenantState
  readonly quotas: Pick<SharedQuotas, "users" | "alertsPerMinute" | "retentionDays">
  readonly features: ReadonlyArray<Feature>
  /** How its mails are signed; null as the installation signs its own. */
  readonly mail: MailIdentity | null
}

/** Terms of a tenant for which no configuration was entered: those of the pooled tier, with on-call. */
const unconfigured: Pick<Terms, "quotas" | "features" | "mail"> = {
  quotas: defaultQuotas("pooled"),
  features: ["oncall"],
  mail: null
}

export const termsOf = (
  { config, name, slug, state }: Pick<ConfiguredTenant, "config" | "name" | "slug" | "state">,
  alertsPerMinute: number = unconfigured.quotas.alertsPerMinute
): Terms =>
  config === null
    ? { slug, name, state, ...unconfigured, quotas: { ...unconfigured.quotas, alertsPerMinute } }
    : { slug, name, state, quotas: config.quotas, features: config.features, mail: config.mail }

const featureNames: Record<Feature, string> = {
  oncall: "on-call",
  statuspage: "status pages",
  automation: "automation",
  travel: "travel",
  ai: "AI"
}

/** Refuses what a tenant does not have. */
export const hasFeature = ({ features, name }: Terms, feature: Feature) =>
  features.includes(feature)
    ? Effect.void
    : Effect.fail(new Forbidden({ detail: `${name} does not have ${featureNames[feature]}` }))

/** Terms of tenants by their ids, from memory where they are known: a change reaches every process when it commits. */
export class TenantTerms extends Context.Service<TenantTerms, {
  readonly of: (id: TenantId) => Effect.Effect<Terms>
  /** The terms of a tenant that is served. */
  readonly served: (id: TenantId) => Effect.Effect<Terms, TenantNotServed>
}>()("platform/TenantTerms") {
  /** `alerts`: a minute, of a tenant for which no configuration was entered. */
  static readonly layer = (options: { readonly alerts?: number } = {}) =>
    Layer.effect(
      TenantTerms,
      Effect.gen(function*() {
        const configs = yield* TenantConfigs
        const across = yield* platformWork("tenant terms")

        const find = (id: TenantId) =>
          Effect.flatMap(across(findTenants({ id })), ([found]) => Effect.orDie(Effect.fromNullishOr(found)))

        // A tenant's slug never changes. What the database did not tell is asked again.
        const slugs = yield* Cache.makeWith((id: TenantId) => Effect.map(find(id), ({ slug }) => slug), {
          capacity: 10_000,
          timeToLive: (exit) => Exit.isSuccess(exit) ? Duration.infinity : Duration.zero
        })

        const of = Effect.fnUntraced(function*(id: TenantId) {
          const slug = yield* Cache.get(slugs, id)
          return yield* configs.get(slug).pipe(
            Effect.catchTags({
              // What is stored is no configuration: the tenant goes on as if there were none.
              Conflict: (problem) =>
                Effect.andThen(
                  Effect.logError("A tenant's stored configuration cannot be read", {
                    tenant: slug,
                    problem: problem.detail
                  }),
                  Effect.map(find(id), (row) => ({ ...row, config: null }))
                ),
              NotFound: Effect.die
            }),
            Effect.map((tenant) => termsOf(tenant, options.alerts))
          )
        })

        const served = Effect.fnUntraced(function*(id: TenantId) {
          const terms = yield* of(id)
          const refusal = notServed(terms)
          return refusal === undefined ? terms : yield* refusal
        })

        return TenantTerms.of({ of, served })
      })
    )
}
