import {
  decodeTenantConfig,
  type TenantConfig,
  type TenantConfigError,
  type TenantId,
  type TenantSlug
} from "@innkeeper/config"
import { platformWork } from "@innkeeper/database"
import { ListenSession, listenTo } from "@innkeeper/runtime"
import { Cache, Context, Duration, Effect, Exit, Layer, Option, type Schema } from "effect"
import { Conflict, NotFound, Unprocessable } from "../access/Problems.ts"
import { Audit } from "../audit/Audit.ts"
import { AdminAudit } from "../console/AdminAudit.ts"
import { channel, findConfigs, findDomains, type TenantConfigRow } from "./TenantConfigStore.ts"
import { enterStated, replaceVersion } from "./TenantConfigWriting.ts"
import type { ConfigSource, TenantChange } from "./TenantImport.ts"

/** A tenant and its configuration; null while none was entered, as for a tenant of a set-up document alone. */
export type ConfiguredTenant = Omit<TenantConfigRow, "stored"> & { readonly config: TenantConfig | null }

/** A configuration that nobody has checked, and the name of the file that it is from. */
export interface UncheckedConfig {
  readonly file: string
  readonly config: Schema.Json
}

const wrongAt = (path: ReadonlyArray<string | number>) => ({ problems }: TenantConfigError) =>
  new Unprocessable({
    errors: problems.map(({ path: inner, problem }) => ({ path: [...path, ...inner], message: problem }))
  })

/** Configurations of tenants: kept in memory for a while, changed in the database, forgotten everywhere on a change. */
export class TenantConfigs extends Context.Service<TenantConfigs, {
  /** The tenant as it is configured. `Conflict`: what is stored is no configuration. */
  readonly get: (slug: TenantSlug) => Effect.Effect<ConfiguredTenant, NotFound | Conflict>
  /** The tenant that a host name leads to, by the domains of its configuration. A port is passed over. */
  readonly ofHost: (
    host: string
  ) => Effect.Effect<Option.Option<{ readonly id: TenantId; readonly slug: TenantSlug }>>
  /**
   * The configuration for the tenant, if it is one and may be entered here. Errors of `Unprocessable` begin at `config`.
   */
  readonly check: (slug: TenantSlug, config: Schema.Json) => Effect.Effect<TenantConfig, Conflict | Unprocessable>
  /**
   * Replaces the configuration of a tenant whose version is `version`. `Conflict`: it has another one by now, or files
   * state it. Errors of `Unprocessable` begin at `config`.
   */
  readonly replace: (
    slug: TenantSlug,
    change: { readonly version: number; readonly config: Schema.Json }
  ) => Effect.Effect<ConfiguredTenant, NotFound | Conflict | Unprocessable>
  /**
   * Enters tenants and replaces configurations, all in one transaction or, if anything is wrong, none. What is not stated
   * stays. A dry run writes nothing. Errors of `Unprocessable` begin at `tenants`, the index, `config`.
   */
  readonly enter: (stated: {
    readonly tenants: ReadonlyArray<UncheckedConfig>
    readonly dryRun: boolean
    readonly source: ConfigSource
  }) => Effect.Effect<ReadonlyArray<TenantChange>, Conflict | Unprocessable>
  /** Reads the configurations of these tenants anew when they are asked for next. */
  readonly forget: (slugs: ReadonlyArray<string>) => Effect.Effect<void>
}>()("platform/TenantConfigs") {
  /** `source`: what may change configurations. */
  static readonly layer = (options: { readonly source: ConfigSource; readonly ttlSeconds: number }) =>
    Layer.effect(
      TenantConfigs,
      Effect.gen(function*() {
        const across = yield* platformWork("tenant configurations")
        const records = Context.make(Audit, yield* Audit).pipe(Context.add(AdminAudit, yield* AdminAudit))

        const read = Effect.fnUntraced(function*(slug: TenantSlug) {
          const [found] = yield* across(findConfigs(slug))
          if (found === undefined) return yield* new NotFound({ resource: "tenant" })
          const { stored, ...tenant } = found
          if (tenant.version === 0) return { ...tenant, config: null }
          const config = yield* decodeTenantConfig(stored).pipe(
            Effect.mapError(({ problems }) => {
              const all = problems.map(({ field, problem }) => `${field}: ${problem}`).join("; ")
              return new Conflict({ detail: `The stored configuration of ${slug} is wrong: ${all}` })
            })
          )
          return { ...tenant, config }
        })
        /** What the database did not tell is asked again. */
        const timeToLive = (exit: Exit.Exit<unknown, unknown>) =>
          Exit.isSuccess(exit) ? Duration.seconds(options.ttlSeconds) : Duration.zero
        const cache = yield* Cache.makeWith(read, { capacity: 2000, timeToLive })
        const readDomains = Effect.map(
          across(findDomains()),
          (all) => new Map(all.map(({ domain, id, slug }) => [domain, { id, slug }]))
        )
        const domains = yield* Cache.makeWith<"all", Effect.Success<typeof readDomains>>(() => readDomains, {
          capacity: 1,
          timeToLive
        })
        const ofHost = Effect.fnUntraced(function*(host: string) {
          const name = host.toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "")
          return Option.fromNullishOr((yield* Cache.get(domains, "all")).get(name))
        })
        const get = Effect.fn("TenantConfigs.get")((slug: TenantSlug) => Cache.get(cache, slug))
        const forget = (slugs: ReadonlyArray<string>) =>
          Effect.andThen(
            Cache.invalidateAll(domains),
            Effect.forEach(new Set(slugs), (slug) => Cache.invalidate(cache, slug as TenantSlug), { discard: true })
          )

        const allowed = (source: ConfigSource) =>
          source === options.source ? Effect.void : Effect.fail(
            new Conflict({
              detail: "TENANT_CONFIG_SOURCE is yaml: change the files of TENANT_CONFIG_FOLDER and restart"
            })
          )

        const enter = Effect.fn("TenantConfigs.enter")(
          function*({ dryRun, source, tenants }: {
            readonly tenants: ReadonlyArray<UncheckedConfig>
            readonly dryRun: boolean
            readonly source: ConfigSource
          }) {
            yield* allowed(source)
            const decoded = yield* Effect.forEach(tenants, ({ config, file }, index) =>
              decodeTenantConfig(config).pipe(
                Effect.mapBoth({
                  onSuccess: (config) => ({ config, file }),
                  onFailure: wrongAt(["tenants", index, "config"])
                }),
                Effect.result
              ))
            const wrong = decoded.flatMap((result) => result._tag === "Failure" ? result.failure.errors : [])
            if (wrong.length > 0) return yield* new Unprocessable({ errors: wrong })
            const stated = decoded.flatMap((result) => result._tag === "Success" ? [result.success] : [])

            const changes = yield* across(enterStated({ stated, dryRun, source })).pipe(Effect.provideContext(records))
            if (!dryRun) yield* forget(changes.map(({ slug }) => slug))
            return changes
          }
        )

        const check = Effect.fn("TenantConfigs.check")(function*(slug: TenantSlug, unchecked: Schema.Json) {
          yield* allowed("database")
          const config = yield* Effect.mapError(decodeTenantConfig(unchecked), wrongAt(["config"]))
          if (config.slug !== slug) {
            return yield* new Unprocessable({
              errors: [{ path: ["config", "slug"], message: `expected ${slug}, a tenant's slug does not change` }]
            })
          }
          return config
        })

        const replace = Effect.fn("TenantConfigs.replace")(
          function*(slug: TenantSlug, wanted: { readonly version: number; readonly config: Schema.Json }) {
            const config = yield* check(slug, wanted.config)
            yield* across(replaceVersion(config, wanted.version, { moves: false })).pipe(Effect.provideContext(records))
            yield* forget([slug])
            return yield* get(slug)
          }
        )

        return TenantConfigs.of({ get, ofHost, check, replace, enter, forget })
      })
    )
}

/** Forgets what other processes change. Until it listens, and while its connection is lost, the time to live decides. */
export const TenantConfigNews = Layer.effectDiscard(
  Effect.flatMap(TenantConfigs, ({ forget }) => listenTo(channel, forget))
).pipe(Layer.provide(ListenSession.layer))
