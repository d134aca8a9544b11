import { Effect, Schema } from "effect"
import { problemsAt } from "../plan/PlanEnvironment.ts"
import { PlanRefused } from "../plan/PlanRefused.ts"

const gibibytes = Schema.Int.check(
  Schema.isBetween({ minimum: 1, maximum: 65_536 }, { expected: "1 to 65536 GiB" })
)

/** Who answers for the environment's domain. */
const Dns = Schema.Union([
  /** Nobody, as on a trial cluster: certificates are signed by themselves, and no record is made. */
  Schema.Struct({ provider: Schema.tag("none") }),
  /** By a token: the secret `dnsToken` of the stack. */
  Schema.Struct({ provider: Schema.tag("cloudflare") }),
  /** By a role that the service accounts of cert-manager and external-dns may take. */
  Schema.Struct({
    provider: Schema.tag("route53"),
    region: Schema.NonEmptyString,
    role: Schema.String.check(
      Schema.isPattern(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/, { expected: "an ARN of a role" })
    )
  })
])

/** What the programs of a cluster need besides the environment that tenants are built in. */
export class ClusterSettings extends Schema.Class<ClusterSettings>("infrastructure/ClusterSettings")({
  /** Where Let's Encrypt writes to. */
  email: Schema.String.check(Schema.isPattern(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, { expected: "an email address" })),
  dns: Dns,
  /** Where Alloy sends what it collects: an OTLP endpoint over HTTP. */
  telemetryUpstream: Schema.String.check(
    Schema.makeFilter((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
      expected: "an http:// or https:// URL"
    })
  ),
  /** On a trial cluster the programs ask for a part of what they get in earnest, run once, and wait for no load balancer. */
  scale: Schema.Literals(["trial", "production"]),
  /** Copies that Longhorn keeps of each volume. */
  replicas: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10 }, { expected: "1 to 10 copies" })),
  /** GiB of the shared PostgreSQL and of the store for backups. */
  storage: Schema.Struct({ database: gibibytes, backup: gibibytes })
}) {}

/** Decodes the settings; what is wrong or missing is named by its path below `cluster`. */
export const decodeClusterSettings = (input: unknown) =>
  Schema.decodeUnknownEffect(ClusterSettings)(input, { errors: "all", onExcessProperty: "error" }).pipe(
    Effect.mapError(({ issue }) => new PlanRefused({ problems: problemsAt("cluster", issue) }))
  )
