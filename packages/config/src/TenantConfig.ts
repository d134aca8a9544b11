import { DateTime, Match, Option, Schema } from "effect"
import { TenantSlug } from "./TenantId.ts"

const Count = Schema.Int.check(
  Schema.isBetween({ minimum: 1, maximum: 1_000_000 }, { expected: "a whole number from 1 to 1000000" })
)

/** A host name of at least two labels (RFC 1123), without a port. */
export const Domain = Schema.String.check(
  Schema.isPattern(/^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/, {
    expected: "a host name such as alerts.example.com, in lower case"
  })
).pipe(Schema.brand("Domain"))
export type Domain = typeof Domain.Type

const isKnownZone = (name: string): boolean => Option.isSome(DateTime.zoneMakeNamed(name))

/**
 * Whether a text that somebody enters names a time zone beyond doubt: `UTC`, `GMT`, or a zone of the IANA database by
 * region and city. Abbreviations mean several zones (`BST` is known as that of Dhaka), and offsets have no summer time.
 */
export const isTimeZoneName = (name: string): boolean =>
  /^(?:UTC|GMT|(?!SystemV\/)[a-z]+(?:\/[\w+-]+)+)$/i.test(name) && isKnownZone(name)

/** Name of a time zone, such as `Europe/Berlin`. Stored configurations may have names that nobody can enter any more. */
export const TimeZoneName = Schema.String.check(
  Schema.makeFilter(isKnownZone, {
    expected: "the name of a time zone such as Europe/Berlin"
  })
).pipe(Schema.brand("TimeZoneName"))
export type TimeZoneName = typeof TimeZoneName.Type

/** How much of the house a tenant has to itself. */
export const Tier = Schema.Literals(["pooled", "isolated", "dedicated"])
export type Tier = typeof Tier.Type

/** What a tenant may use beyond the core. */
export const Feature = Schema.Literals(["oncall", "statuspage", "automation", "travel", "ai"])
export type Feature = typeof Feature.Type

// Control characters and halves of surrogate pairs cannot be kept as JSON by PostgreSQL.
const EmailAddress = Schema.String.check(
  Schema.isPattern(/^[^\s<>@\p{Cc}\p{Cs}]+@[^\s<>@\p{Cc}\p{Cs}]+$/u, {
    expected: "an address such as bell@example.com"
  })
)

/** What a tenant or a sender of mail is called. */
export const DisplayName = Schema.String.check(
  Schema.isMinLength(1, { expected: "a name" }),
  Schema.isMaxLength(120, { expected: "a name of at most 120 characters" }),
  Schema.makeFilter((text) => text === text.trim() && text.isWellFormed() && !/\p{Cc}/u.test(text), {
    expected: "a name in one line, without blanks at the ends"
  })
)

/** How mails of the tenant are signed. */
export class MailIdentity extends Schema.Class<MailIdentity>("config/MailIdentity")({
  fromName: DisplayName,
  fromAddress: EmailAddress,
  replyTo: Schema.optionalKey(EmailAddress)
}) {}

/** What every tenant may use at most. */
export class SharedQuotas extends Schema.Class<SharedQuotas>("config/SharedQuotas")({
  users: Count,
  alertsPerMinute: Count,
  retentionDays: Count
}) {}

const Cores = Schema.Finite.check(
  Schema.isBetween({ minimum: 0.1, maximum: 128 }, { expected: "a number of cores from 0.1 to 128" })
)
const Gibibytes = Schema.Finite.check(
  Schema.isBetween({ minimum: 0.25, maximum: 65_536 }, { expected: "a number of GiB from 0.25 to 65536" })
)
const Replicas = Schema.Int.check(
  Schema.isBetween({ minimum: 1, maximum: 100 }, { expected: "a whole number from 1 to 100" })
)

/** What a tenant with pods of its own may use at most, and between which numbers of pods it scales. */
export class OwnQuotas extends Schema.Class<OwnQuotas>("config/OwnQuotas")(
  Schema.Struct({
    users: Count,
    alertsPerMinute: Count,
    retentionDays: Count,
    /** Cores. */
    cpu: Cores,
    /** GiB. */
    memory: Gibibytes,
    /** GiB of the database. */
    storage: Gibibytes,
    replicas: Schema.Struct({ minimum: Replicas, maximum: Replicas }).check(
      Schema.makeFilter(({ maximum, minimum }) => minimum <= maximum, {
        expected: "a minimum that is not above the maximum"
      })
    )
  })
) {}

const common = {
  slug: TenantSlug,
  name: DisplayName,
  /** Host names that lead to this tenant. */
  domains: Schema.UniqueArray(Domain),
  timeZone: TimeZoneName,
  features: Schema.UniqueArray(Feature),
  mail: MailIdentity
}

/** Where a tenant's own pods run: in the customer's cluster or in ours. */
const Mode = Schema.Literals(["selfhosted", "cloud"])

/** Shares pods and database with others; row-level security keeps it apart. Nothing has to be built for it. */
export class Pooled extends Schema.Class<Pooled>("config/Pooled")({
  tier: Schema.tag("pooled"),
  ...common,
  quotas: SharedQuotas
}) {}

/** Has a namespace, pods, a database role and a schema of its own on a shared database instance. */
export class Isolated extends Schema.Class<Isolated>("config/Isolated")({
  tier: Schema.tag("isolated"),
  ...common,
  mode: Mode,
  quotas: OwnQuotas
}) {}

/** As isolated, with a database instance of its own. */
export class Dedicated extends Schema.Class<Dedicated>("config/Dedicated")({
  tier: Schema.tag("dedicated"),
  ...common,
  mode: Mode,
  quotas: OwnQuotas
}) {}

/** One tenant as it is ordered. Runtime and infrastructure decode it by this schema; `tier` says which fields it has. */
export const TenantConfig = Schema.Union([Pooled, Isolated, Dedicated])
export type TenantConfig = typeof TenantConfig.Type

/** Quotas that a tier starts with. */
export const defaultQuotas = Match.type<Tier>().pipe(
  Match.when("pooled", () => new SharedQuotas({ users: 50, alertsPerMinute: 300, retentionDays: 90 })),
  Match.when("isolated", () =>
    new OwnQuotas({
      users: 500,
      alertsPerMinute: 3000,
      retentionDays: 365,
      cpu: 2,
      memory: 4,
      storage: 50,
      replicas: { minimum: 2, maximum: 4 }
    })),
  Match.when("dedicated", () =>
    new OwnQuotas({
      users: 5000,
      alertsPerMinute: 30_000,
      retentionDays: 730,
      cpu: 8,
      memory: 32,
      storage: 500,
      replicas: { minimum: 3, maximum: 12 }
    })),
  Match.exhaustive
)
