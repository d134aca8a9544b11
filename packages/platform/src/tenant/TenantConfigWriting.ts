import { type TenantConfig, TenantId, type TenantSlug } from "@innkeeper/config"
import { asTenant } from "@innkeeper/database"
import { Effect, type Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { Conflict, NotFound, Unprocessable } from "../access/Problems.ts"
import { Audit } from "../audit/Audit.ts"
import { AdminAudit } from "../console/AdminAudit.ts"
import type { TenantState } from "../lifecycle/TenantOperation.ts"
import {
  findConfigs,
  insertConfigured,
  lockRegistry,
  removeConfig,
  type TenantConfigRow,
  updateConfig
} from "./TenantConfigStore.ts"
import {
  changedFields,
  changeOf,
  type ConfigSource,
  importIssues,
  movingIssues,
  type StatedConfig,
  type TenantChange
} from "./TenantImport.ts"

/** Carries out a change of the registry and puts it on the tenant's record. */
const write = Effect.fnUntraced(function*(
  { config }: StatedConfig,
  { action, fields, slug }: TenantChange,
  source: ConfigSource,
  known: TenantConfigRow | undefined
) {
  const audit = yield* Audit
  const id = known?.id ?? TenantId.make(SecureRandom.uuidV7Unsafe())
  if (action === "create") yield* insertConfigured(id, config, source)
  else yield* updateConfig(config, source)
  yield* audit.record({
    action: action === "create" ? "tenant.created" : "tenant.configured",
    subject: `tenant:${id}`,
    detail: { slug, source, fields }
  }).pipe(asTenant(id))
})

/** Within `withPlatform`: enters all that is stated, or says why none of it can be. */
export const enterStated = Effect.fnUntraced(
  function*({ dryRun, source, stated }: {
    readonly stated: ReadonlyArray<StatedConfig>
    readonly dryRun: boolean
    readonly source: ConfigSource
  }) {
    if (!dryRun) yield* lockRegistry
    const registered = yield* findConfigs()
    const issues = [...importIssues(registered, stated), ...movingIssues(registered, stated)]
    if (issues.length > 0) {
      return yield* new Unprocessable({
        errors: issues.map(({ index, message, path }) => ({ path: ["tenants", index, "config", ...path], message }))
      })
    }
    const known = new Map(registered.map((row) => [row.slug, row]))
    const planned = stated.map((one) => ({ one, change: changeOf(known.get(one.config.slug), one, source) }))
    const changing = planned.filter(({ change }) => change.action !== "unchanged")
    if (!dryRun) {
      yield* Effect.forEach(
        changing,
        ({ change, one }) => write(one, change, source, known.get(change.slug)),
        { discard: true }
      )
    }
    // A start that reads files is nobody's action.
    if (!dryRun && changing.length > 0 && source === "database") {
      const slugs = (action: TenantChange["action"]) =>
        changing.filter(({ change }) => change.action === action).map(({ change }) => change.slug)
      const audit = yield* AdminAudit
      yield* audit.record({
        action: "tenants.imported",
        subject: null,
        detail: { created: slugs("create"), changed: slugs("update") }
      })
    }
    return planned.map(({ change }) => change)
  }
)

/**
 * Within `withPlatform`: says why a configuration cannot be entered beside the others, if it cannot. `moves`: the tenant's data
 * moves along.
 */
export const checkStated = Effect.fnUntraced(function*(config: TenantConfig, { moves }: { readonly moves: boolean }) {
  const [registered, stated] = [yield* findConfigs(), [{ file: config.slug, config }]]
  const issues = [...importIssues(registered, stated), ...moves ? [] : movingIssues(registered, stated)]
  if (issues.length > 0) {
    return yield* new Unprocessable({
      errors: issues.map(({ message, path }) => ({ path: ["config", ...path], message }))
    })
  }
})

/** Within `withPlatform`: enters a tenant that is not registered, in a state. */
export const enterTenant = Effect.fnUntraced(function*(config: TenantConfig, state: TenantState) {
  const audit = yield* Audit
  const id = TenantId.make(SecureRandom.uuidV7Unsafe())
  yield* insertConfigured(id, config, "database", state)
  yield* audit.record({
    action: "tenant.created",
    subject: `tenant:${id}`,
    detail: { slug: config.slug, source: "database", fields: [] }
  }).pipe(asTenant(id))
})

/** Within `withPlatform`: replaces the configuration of the tenant with its slug, if that has the version. */
export const replaceVersion = Effect.fnUntraced(function*(
  config: TenantConfig,
  version: number,
  options: { readonly moves: boolean }
) {
  yield* lockRegistry
  const registered = yield* findConfigs()
  const known = registered.find(({ slug }) => slug === config.slug)
  if (known === undefined) return yield* new NotFound({ resource: "tenant" })
  if (known.version !== version) {
    return yield* new Conflict({
      field: "version",
      detail: `The configuration of ${known.slug} has the version ${known.version} by now, not ${version}`
    })
  }
  yield* checkStated(config, options)
  const stated = { file: known.slug, config }
  const change = changeOf(known, stated, "database")
  if (change.action === "unchanged") return
  yield* write(stated, change, "database", known)
  const audit = yield* AdminAudit
  yield* audit.record({
    action: "tenant.configured",
    subject: `tenant:${known.id}`,
    detail: { slug: known.slug, version: known.version + 1, fields: change.fields }
  })
})

/** Within `withPlatform`: takes back the first configuration of a tenant, which had this before. */
export const unconfigure = Effect.fnUntraced(function*(slug: TenantSlug, stored: Schema.Json) {
  const [known] = yield* findConfigs(slug)
  if (known === undefined) return
  yield* removeConfig(slug, stored)
  const audit = yield* Audit
  yield* audit.record({
    action: "tenant.configured",
    subject: `tenant:${known.id}`,
    detail: { slug, source: known.source, fields: changedFields(known.stored, stored) }
  }).pipe(asTenant(known.id))
})
