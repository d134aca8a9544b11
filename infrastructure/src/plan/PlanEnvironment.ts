import { Domain } from "@innkeeper/config"
import { Effect, Schema, SchemaIssue } from "effect"
import { MailPlan } from "./mail.ts"
import { PlanRefused } from "./PlanRefused.ts"

const Name = Schema.String.check(
  Schema.isPattern(/^[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?$/, {
    expected: "1 to 20 lower-case letters, digits and hyphens, not starting or ending with a hyphen"
  })
)
const ObjectName = Schema.String.check(
  Schema.isPattern(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, { expected: "a DNS label" })
)

/** An image with a version of at least two numbers, or with a digest. Never `latest`. */
const Image = Schema.String.check(
  Schema.isPattern(/^[a-z0-9][a-z0-9./:_-]*(?::v?\d+\.\d+[\w.-]*|@sha256:[0-9a-f]{64})$/, {
    expected: "an image with a version or digest, such as redis:8.6.0-alpine"
  })
)
const Network = Schema.String.check(
  Schema.isPattern(/^(?:\d{1,3}\.){3}\d{1,3}\/(?:\d|[12]\d|3[0-2])$/, { expected: "a network such as 10.0.0.0/8" })
)
const Port = Schema.Int.check(
  Schema.isBetween({ minimum: 1, maximum: 65_535 }, { expected: "a port from 1 to 65535" })
)
const Host = Schema.String.check(
  Schema.isPattern(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/, { expected: "a host name or address" })
)
const HttpUrl = Schema.String.check(
  Schema.makeFilter((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    expected: "an http:// or https:// URL"
  })
)
const Labels = Schema.Record(Schema.String, Schema.String)

/** Pods of the cluster, as a network policy selects them. */
const Pods = Schema.Struct({ namespace: ObjectName, labels: Labels })
export type Pods = typeof Pods.Type

const PodsAt = Schema.Struct({ ...Pods.fields, host: Host, port: Port })

/** What both modes have: one cluster with its ingress, its telemetry and the images that run in it. */
const common = {
  /** Such as `production`. Part of the cost labels. */
  name: Name,
  /** Tenants answer at `{slug}.{domain}`. */
  domain: Domain,
  costCentre: Name,
  images: Schema.Struct({ server: Image, postgres: Image, redis: Image, rclone: Image }),
  /** Name of the ClusterIssuer that signs the certificates of tenants' own domains. */
  issuer: ObjectName,
  storageClass: ObjectName,
  ingress: Schema.Struct({
    ...Pods.fields,
    /** Name of the IngressClass. */
    class: ObjectName,
    /** Where host names have to lead. */
    address: Host,
    /** Networks that its pods speak from: their `X-Forwarded-For` is believed. */
    networks: Schema.NonEmptyArray(Network)
  }),
  dns: Pods,
  telemetry: Schema.Struct({ ...Pods.fields, endpoint: HttpUrl }),
  /** Where the pods are that all pooled tenants share. */
  pool: Schema.Struct({ namespace: ObjectName, service: ObjectName, port: Port }),
  mail: MailPlan
}

/** A cluster with everything in it: PostgreSQL, Redis, and Garage for backups. */
export class Selfhosted extends Schema.Class<Selfhosted>("infrastructure/Selfhosted")({
  mode: Schema.tag("selfhosted"),
  ...common,
  database: PodsAt,
  cache: PodsAt,
  backup: Schema.Struct({ ...PodsAt.fields, bucket: ObjectName, region: ObjectName })
}) {}

/** A cluster on AWS: RDS, ElastiCache, and S3 for backups. */
export class Cloud extends Schema.Class<Cloud>("infrastructure/Cloud")({
  mode: Schema.tag("cloud"),
  ...common,
  region: ObjectName,
  /** Number of the AWS account. */
  account: Schema.String.check(Schema.isPattern(/^\d{12}$/, { expected: "an account number of 12 digits" })),
  /** The cluster's OpenID Connect issuer, without `https://`: it says which service account a pod has. */
  identityIssuer: Schema.String.check(
    Schema.isPattern(/^[a-z0-9][a-z0-9.-]+(?:\/[\w.-]+)*$/i, {
      expected: "an issuer such as oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF"
    })
  ),
  /** Networks of the subnets in which databases and caches are. */
  dataNetworks: Schema.NonEmptyArray(Network),
  dataSubnetGroup: ObjectName,
  cacheSubnetGroup: ObjectName,
  dataSecurityGroup: ObjectName,
  /** ARN of the key that encrypts databases, caches and backups. */
  kmsKey: Schema.NonEmptyString,
  /** The certificate bundle of RDS, PEM: https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem */
  databaseAuthorities: Schema.String.check(
    Schema.isPattern(/^-----BEGIN CERTIFICATE-----/, { expected: "certificates in PEM format" })
  ),
  database: Schema.Struct({ host: Host, port: Port }),
  cache: Schema.Struct({ port: Port })
}) {}

/** One cluster that tenants are built in. */
export const PlanEnvironment = Schema.Union([Selfhosted, Cloud])
export type PlanEnvironment = typeof PlanEnvironment.Type

const Moded = Schema.Struct({ mode: Schema.Literals(["selfhosted", "cloud"]) })

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** What is wrong, with the path below `root` as the field. */
export const problemsAt = (root: string, issue: SchemaIssue.Issue) =>
  format(issue).issues.map(({ message, path = [] }) => ({
    field: [root, ...path.map((part) => String(typeof part === "object" ? part.key : part))].join("."),
    problem: message
  }))

/** Decodes an environment; what is wrong or missing is named by its path below `environment`. */
export const decodePlanEnvironment = Effect.fnUntraced(
  function*(input: unknown) {
    // First by itself: an unknown mode is one problem, not those of every mode.
    yield* Schema.decodeUnknownEffect(Moded)(input)
    return yield* Schema.decodeUnknownEffect(PlanEnvironment)(input, { errors: "all", onExcessProperty: "error" })
  },
  Effect.mapError(({ issue }) => new PlanRefused({ problems: problemsAt("environment", issue) }))
)
