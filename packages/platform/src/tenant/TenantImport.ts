import { TenantConfig, TenantSlug, Tier } from "@innkeeper/config"
import { Equal, Schema } from "effect"

/** Where a tenant's configuration was stated: in the registry, or in the files of the installation. */
export const ConfigSource = Schema.Literals(["database", "yaml"])
export type ConfigSource = typeof ConfigSource.Type

/** A field that an import changes, such as `quotas.users`; null where it has no value. */
const ChangedField = Schema.Struct({ field: Schema.String, before: Schema.Json, after: Schema.Json })

/** What an import does with one file. */
export class TenantChange extends Schema.Class<TenantChange>("platform/TenantChange")({
  file: Schema.String,
  slug: TenantSlug,
  action: Schema.Literals(["create", "update", "unchanged"]),
  /** Empty unless it is an update. */
  fields: Schema.Array(ChangedField)
}) {}

/** What the registry has of a tenant; `stored` is its configuration as JSON, whatever is in it. */
export interface RegisteredConfig {
  readonly slug: TenantSlug
  readonly version: number
  readonly source: string
  readonly stored: Schema.Json
}

/** A configuration, and the file that states it. */
export interface StatedConfig {
  readonly file: string
  readonly config: TenantConfig
}

/** Something that keeps a file from being imported beside what else there is. `index` is the file's. */
export interface ImportIssue {
  readonly index: number
  readonly path: ReadonlyArray<string | number>
  readonly message: string
}

const encode = Schema.encodeSync(TenantConfig)

/** A configuration as the registry stores it. */
export const toStored = (config: TenantConfig): Schema.Json => JSON.parse(JSON.stringify(encode(config)))

const isRecord = (value: Schema.Json | undefined): value is { readonly [key: string]: Schema.Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The fields in which two JSON values differ. Arrays are compared as a whole, objects field by field. */
export const changedFields = (
  before: Schema.Json,
  after: Schema.Json,
  path: ReadonlyArray<string> = []
): ReadonlyArray<typeof ChangedField.Type> => {
  if (!isRecord(before) || !isRecord(after)) {
    return Equal.equals(before, after) ? [] : [{ field: path.join("."), before, after }]
  }
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const inner = [...path, key]
    const [one, other] = [before, after].map((record) => Object.hasOwn(record, key) ? record[key] : undefined)
    return one === undefined || other === undefined
      ? [{ field: inner.join("."), before: one ?? null, after: other ?? null }]
      : changedFields(one, other, inner)
  })
}

/** What stating a configuration does to the registry. */
export const changeOf = (
  known: RegisteredConfig | undefined,
  { config, file }: StatedConfig,
  source: ConfigSource
): TenantChange => {
  const { slug } = config
  if (known === undefined) return new TenantChange({ file, slug, action: "create", fields: [] })
  const fields = [
    ...changedFields(known.stored, toStored(config)),
    ...known.source === source ? [] : [{ field: "(source)", before: known.source, after: source }]
  ]
  const action = fields.length === 0 && known.version > 0 ? "unchanged" : "update"
  return new TenantChange({ file, slug, action, fields })
}

const domainsOf = (stored: Schema.Json): ReadonlyArray<Schema.Json> => {
  const domains = isRecord(stored) ? stored.domains : undefined
  return Array.isArray(domains) ? domains : []
}

/** Slugs that several files state, and domains that several tenants would have. A domain may move within one import. */
export const importIssues = (
  registered: ReadonlyArray<RegisteredConfig>,
  stated: ReadonlyArray<StatedConfig>
): ReadonlyArray<ImportIssue> => {
  const files = stated.map(({ config, file }, index) => ({ config, file, index }))
  const bySlug = Map.groupBy(files, ({ config }) => config.slug)
  const owners = Map.groupBy(
    [
      ...files.flatMap(({ config, file, index }) =>
        config.domains.map((domain) => ({ domain: `${domain}`, index, owner: file }))
      ),
      ...registered.filter(({ slug }) => !bySlug.has(slug)).flatMap(({ slug, stored }) =>
        domainsOf(stored).map((domain) => ({ domain: `${domain}`, index: null, owner: `the tenant ${slug}` }))
      )
    ],
    ({ domain }) => domain
  )
  return files.flatMap(({ config, index }) => [
    ...(bySlug.get(config.slug) ?? []).filter((other) => other.index !== index).slice(0, 1).map(({ file }) => ({
      index,
      path: ["slug"],
      message: `expected a slug of its own, that of ${file} is the same`
    })),
    ...config.domains.flatMap((domain, at) =>
      (owners.get(domain) ?? []).filter((other) => other.index !== index).slice(0, 1).map(({ owner }) => ({
        index,
        path: ["domains", at],
        message: `expected a domain of no other tenant, ${owner} has it`
      }))
    )
  ])
}

const isTier = Schema.is(Tier)

/** Tiers that would move a tenant between the shared pods and pods of its own: its data would stay behind. */
export const movingIssues = (
  registered: ReadonlyArray<RegisteredConfig & { readonly state: string }>,
  stated: ReadonlyArray<StatedConfig>
): ReadonlyArray<ImportIssue> => {
  const known = new Map(registered.map((one) => [one.slug, one]))
  return stated.flatMap(({ config }, index) => {
    const before = known.get(config.slug)
    // Of one that could not be built nothing is anywhere.
    if (before === undefined || before.state === "failed") return []
    const tier = isRecord(before.stored) ? before.stored.tier : undefined
    if (!isTier(tier)) return []
    return (tier === "pooled") === (config.tier === "pooled")
      ? []
      : [{
        index,
        path: ["tier"],
        message: tier === "pooled"
          ? "expected pooled, since an import does not move data to a database of the tenant's own; apply the file instead"
          : "expected isolated or dedicated, since an import does not move data to the shared database; apply the file instead"
      }]
  })
}
