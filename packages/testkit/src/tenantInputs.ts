import { DisplayName, Feature } from "@innkeeper/config"
import { Arbitrary, Schema } from "effect"

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const Seed = Schema.Struct({
  tier: Schema.Literals(["pooled", "isolated", "dedicated"]),
  mode: Schema.Literals(["selfhosted", "cloud"]),
  number: whole(100_000, 1_000_000_000),
  name: DisplayName,
  fromName: DisplayName,
  domains: whole(0, 3),
  timeZone: Schema.Literals(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"]),
  features: Schema.UniqueArray(Feature),
  replyTo: Schema.Boolean,
  users: whole(1, 1_000_000),
  quarters: whole(1, 500),
  replicas: whole(1, 50),
  more: whole(0, 50)
})

const inputOf = (seed: typeof Seed.Type) => {
  const slug = `t-${seed.number}`
  const shared = { users: seed.users, alertsPerMinute: 300, retentionDays: 90 }
  return {
    tier: seed.tier,
    ...(seed.tier === "pooled" ? {} : { mode: seed.mode }),
    slug,
    name: seed.name,
    domains: Array.from({ length: seed.domains }, (_, index) => `d${index}.${slug}.example`),
    timeZone: seed.timeZone,
    features: seed.features,
    mail: {
      fromName: seed.fromName,
      fromAddress: `bell@${slug}.example`,
      ...(seed.replyTo ? { replyTo: `desk@${slug}.example` } : {})
    },
    quotas: seed.tier === "pooled" ? shared : {
      ...shared,
      cpu: seed.quarters / 4,
      memory: seed.quarters / 4,
      storage: seed.quarters,
      replicas: { minimum: seed.replicas, maximum: seed.replicas + seed.more }
    }
  }
}

/** Any valid configuration of a tenant as its file would say it, with a slug and domains that it has to itself; none of `tenantInput` below 100 000. */
export const tenantInputs = Arbitrary.map(Arbitrary.schema(Seed), inputOf)

/** One valid configuration by number, of the tiers in turn. */
export const tenantInput = (number: number, changes: Readonly<Record<string, Schema.Json>> = {}) => ({
  ...inputOf({
    tier: (["pooled", "isolated", "dedicated"] as const)[number % 3]!,
    mode: "cloud",
    number,
    name: `Inn ${number}`,
    fromName: `Inn ${number}`,
    domains: 1,
    timeZone: "Europe/Berlin",
    features: ["oncall"],
    replyTo: false,
    users: 20,
    quarters: 8,
    replicas: 2,
    more: 2
  }),
  ...changes
})

/** A pooled tenant of this slug as its file would say it, where `changes` do not say otherwise. */
export const pooledTenant = (slug: string, changes: Readonly<Record<string, Schema.Json>> = {}) => ({
  tier: "pooled",
  slug,
  name: slug,
  domains: [],
  timeZone: "UTC",
  features: ["oncall"],
  mail: { fromName: "Bell", fromAddress: "bell@example.com" },
  quotas: { users: 10, alertsPerMinute: 100, retentionDays: 30 },
  ...changes
})

/** A tenant with pods of its own, as `pooledTenant`. */
export const ownTenant = (slug: string, changes: Readonly<Record<string, Schema.Json>> = {}) => {
  const { quotas, ...common } = pooledTenant(slug)
  return {
    ...common,
    tier: "isolated",
    mode: "selfhosted",
    quotas: { ...quotas, cpu: 2, memory: 4, storage: 10, replicas: { minimum: 1, maximum: 2 } },
    ...changes
  }
}
