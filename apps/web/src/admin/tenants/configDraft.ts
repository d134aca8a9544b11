import { defaultQuotas, type Feature, OwnQuotas, TenantConfig, type Tier } from "@innkeeper/config"
import { Schema } from "effect"

/** What the form of a tenant's configuration holds. A number is NaN while its field is empty. */
export interface ConfigDraft {
  readonly tier: Tier
  readonly slug: string
  readonly name: string
  /** A host name in each line. */
  readonly domains: string
  readonly timeZone: string
  readonly features: ReadonlyArray<Feature>
  readonly fromName: string
  readonly fromAddress: string
  readonly replyTo: string
  /** Of a tenant with pods of its own. */
  readonly mode: "selfhosted" | "cloud"
  readonly quotas: {
    readonly users: number
    readonly alertsPerMinute: number
    readonly retentionDays: number
    /** The rest is of a tenant with pods of its own. */
    readonly cpu: number
    readonly memory: number
    readonly storage: number
    readonly minimum: number
    readonly maximum: number
  }
}

const quotasOf = (tier: Tier, quotas: TenantConfig["quotas"]): ConfigDraft["quotas"] => {
  const own = quotas instanceof OwnQuotas ? quotas : defaultQuotas(tier === "dedicated" ? tier : "isolated")
  const { cpu, memory, replicas, storage } = own as OwnQuotas
  const { alertsPerMinute, retentionDays, users } = quotas
  return { users, alertsPerMinute, retentionDays, cpu, memory, storage, ...replicas }
}

/** What the form of a new tenant begins with. */
export const newDraft = (timeZone: string): ConfigDraft => ({
  tier: "pooled",
  slug: "",
  name: "",
  domains: "",
  timeZone,
  features: ["oncall"],
  fromName: "",
  fromAddress: "",
  replyTo: "",
  mode: "cloud",
  quotas: quotasOf("pooled", defaultQuotas("pooled"))
})

export const draftOf = (config: TenantConfig): ConfigDraft => ({
  tier: config.tier,
  slug: config.slug,
  name: config.name,
  domains: config.domains.join("\n"),
  timeZone: config.timeZone,
  features: config.features,
  fromName: config.mail.fromName,
  fromAddress: config.mail.fromAddress,
  replyTo: config.mail.replyTo ?? "",
  mode: config.tier === "pooled" ? "cloud" : config.mode,
  quotas: quotasOf(config.tier, config.quotas)
})

/** The draft with another tier. One with pods of its own begins with the quotas of its tier. */
export const withTier = (draft: ConfigDraft, tier: Tier): ConfigDraft => {
  if (tier === draft.tier) return draft
  const { alertsPerMinute, retentionDays, users } = draft.quotas
  return { ...draft, tier, quotas: { ...quotasOf(tier, defaultQuotas(tier)), users, alertsPerMinute, retentionDays } }
}

/** A number for the configuration; nothing where the field holds none. */
const given = <const Name extends string>(name: Name, value: number) => Number.isNaN(value) ? {} : { [name]: value }

/** The configuration that the draft states, unchecked, with its fields in the order of files. */
export const configOf = (draft: ConfigDraft): Schema.MutableJson => {
  const { quotas, tier } = draft
  return {
    tier,
    slug: draft.slug.trim(),
    name: draft.name.trim(),
    domains: draft.domains.split(/[\s,]+/).filter((domain) => domain !== ""),
    timeZone: draft.timeZone,
    features: [...draft.features],
    mail: {
      fromName: draft.fromName.trim(),
      fromAddress: draft.fromAddress.trim(),
      ...draft.replyTo.trim() === "" ? {} : { replyTo: draft.replyTo.trim() }
    },
    ...tier === "pooled" ? {} : { mode: draft.mode },
    quotas: {
      ...given("users", quotas.users),
      ...given("alertsPerMinute", quotas.alertsPerMinute),
      ...given("retentionDays", quotas.retentionDays),
      ...tier === "pooled" ? {} : {
        ...given("cpu", quotas.cpu),
        ...given("memory", quotas.memory),
        ...given("storage", quotas.storage),
        replicas: { ...given("minimum", quotas.minimum), ...given("maximum", quotas.maximum) }
      }
    }
  }
}

const encode = Schema.encodeSync(Schema.toCodecJson(TenantConfig))

/** A checked configuration as it is sent, with its fields in the order of files. */
export const toJson = (config: TenantConfig): Schema.Json => {
  const { domains, features, mail, name, quotas, slug, tier, timeZone, ...rest } = encode(config) as Record<
    string,
    Schema.Json
  >
  return { tier, slug, name, domains, timeZone, features, mail, ...rest, quotas } as Schema.Json
}
