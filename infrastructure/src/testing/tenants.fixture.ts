import { decodeTenantConfig, defaultQuotas, DisplayName, type TenantConfig, Tier } from "@innkeeper/config"
import { Arbitrary, Effect, Schema } from "effect"
import { type PlanOptions, served } from "../plan/OwnTenant.ts"
import { type PlanEnvironment } from "../plan/PlanEnvironment.ts"
import { planTenant } from "../plan/planTenant.ts"
import { environments } from "./environments.fixture.ts"

export type Mode = keyof typeof environments

export const tiers: ReadonlyArray<Tier> = Tier.literals
export const modes: ReadonlyArray<Mode> = ["selfhosted", "cloud"]

/** A tenant's configuration as its file would say it. */
export const tenantInput = (tier: Tier, mode: Mode, changes: Record<string, unknown> = {}) => ({
  tier,
  ...(tier !== "pooled" && { mode }),
  slug: "acme",
  name: "Acme Hotels",
  domains: ["alerts.acme.example"],
  timeZone: "Europe/Berlin",
  features: ["oncall"],
  mail: { fromName: "Acme", fromAddress: "bell@acme.example" },
  quotas: { ...defaultQuotas(tier) },
  ...changes
})

export const decoded = (input: unknown): TenantConfig => Effect.runSync(decodeTenantConfig(input))

/** What a person reads who gives a wrong configuration or environment. */
export const planOf = (input: unknown, environment: PlanEnvironment) =>
  Effect.flatMap(decodeTenantConfig(input), (config) => planTenant(config, environment))

const oneOf = <const A extends ReadonlyArray<string | number>>(...values: A) =>
  Arbitrary.schema(Schema.Literals(values))

const text = (alphabet: string, minLength: number, maxLength: number) =>
  Arbitrary.map(
    Arbitrary.array(oneOf(...alphabet), { minLength, maxLength }),
    (letters) => letters.join("")
  )

const letters = "abcdefghijklmnopqrstuvwxyz"

/** Labels of every length, with inner hyphens also side by side, and with a digit first. */
const label = (maxLength: number) =>
  Arbitrary.map(
    Arbitrary.all([
      text(`${letters}0123456789`, 1, 1),
      text(`${letters}0123456789-`, 0, maxLength - 2),
      text(letters, 0, 1)
    ]),
    ([first, inner, last]) => `${first}${last === "" ? inner.replace(/-+$/, "") : inner}${last}`
  )

const whole = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

const domain = Arbitrary.map(
  Arbitrary.all([label(63), label(63), oneOf("example", "test", "co.example")]),
  (parts) => parts.join(".")
)

/** Any valid configuration whose quota is large enough. */
export const tenants = Arbitrary.map(
  Arbitrary.all({
    tier: oneOf("pooled", "isolated", "dedicated"),
    mode: oneOf("selfhosted", "cloud"),
    slug: label(40),
    name: Arbitrary.schema(DisplayName),
    domains: Arbitrary.array(domain, { maxLength: 4 }),
    fromName: Arbitrary.schema(DisplayName),
    users: whole(1, 1_000_000),
    cpu: whole(6, 128),
    memory: whole(12, 1024),
    storage: whole(1, 65_536),
    minimum: whole(1, 6),
    more: whole(0, 12)
  }),
  ({ cpu, domains, fromName, memory, minimum, mode, more, name, slug, storage, tier, users }) => {
    const shared = { users, alertsPerMinute: 300, retentionDays: 90 }
    return {
      mode,
      config: decoded(tenantInput(tier, mode, {
        slug,
        name,
        domains,
        mail: { fromName, fromAddress: "bell@acme.example", replyTo: "desk@acme.example" },
        quotas: tier === "pooled"
          ? shared
          : { ...shared, cpu, memory, storage, replicas: { minimum, maximum: minimum + more } }
      }))
    }
  }
)

/** The tenant's plan in the environment of its mode. */
export const plan = (
  { config, mode }: { readonly config: TenantConfig; readonly mode: Mode },
  options: Partial<PlanOptions> = {}
) => planTenant(config, environments[mode], { ...served, ...options })

/** One tenant of each tier in each mode. */
export const oneOfEach = modes.flatMap((mode) =>
  tiers.map((tier) => ({ mode, tier, config: decoded(tenantInput(tier, mode)) }))
)
