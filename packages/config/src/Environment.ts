import { Schema, SchemaTransformation } from "effect"
import {
  BaseUrl,
  Mailbox,
  Networks,
  RedisUrl,
  Secret,
  Url,
  UrlOfHost,
  variable,
  WholeNumber,
  YesOrNo
} from "./EnvironmentVariable.ts"

const general = "General"
const http = "Web"
const database = "Database"
const redis = "Redis"
const mail = "Mail"
const security = "Security"
const telemetry = "Telemetry"
const cluster = "Cluster"
const tenants = "Tenants"

/** The smallest `DATABASE_POOL` with which a process still has some connections beside those that it keeps. */
export const fewestConnections = 10

const LogLevel = Schema.Literals(["trace", "debug", "info", "warn", "error", "fatal"]).pipe(
  Schema.decodeTo(
    Schema.Literals(["Trace", "Debug", "Info", "Warn", "Error", "Fatal"]),
    SchemaTransformation.transform({
      decode: (level) => `${level.charAt(0).toUpperCase()}${level.slice(1)}` as Capitalize<typeof level>,
      encode: (level) => level.toLowerCase() as Lowercase<typeof level>
    })
  )
)

const long = Schema.String.check(Schema.isMinLength(32))
const postgres = Url("postgres:", "postgresql:")

/**
 * The environment contract, declared once: the server checks it at the start, `docs/configuration.md` is made from it,
 * and the infrastructure sets what it names. An empty variable counts as not set.
 */
export const environment = {
  INNKEEPER_ENV: variable(Schema.Literals(["development", "production"]), {
    group: general,
    default: "development",
    expected: "development or production",
    description:
      "Production demands what is marked below, logs JSON and shows no development mailbox. Where `PUBLIC_URL` is https, it sends HSTS."
  }),
  INNKEEPER_DATA: variable(Schema.NonEmptyString, {
    group: general,
    default: ".innkeeper",
    expected: "the path of a folder",
    description: "Folder of the embedded database and of generated secrets. Made when it is missing."
  }),
  DEMO: variable(YesOrNo, {
    group: general,
    defaultText: "`true` in development with the embedded database, else `false`",
    expected: "true or false",
    description: "Loads the demonstration tenant when there is no tenant yet."
  }),

  HOST: variable(Schema.NonEmptyString, {
    group: http,
    default: "127.0.0.1",
    expected: "a host name or address",
    description: "Address to listen on. `0.0.0.0` means every interface."
  }),
  PORT: variable(WholeNumber(1, 65_535), {
    group: http,
    default: "8080",
    expected: "a whole number from 1 to 65535",
    description: "Port to listen on."
  }),
  PUBLIC_URL: variable(BaseUrl("http:", "https:"), {
    group: http,
    defaultText: "`http://HOST:PORT`, with `localhost` for every interface",
    requiredInProduction: true,
    expected: "an http:// or https:// URL without a query",
    description: "The address people use: in links of mails, in integrations and for the origin check."
  }),
  TRUSTED_PROXIES: variable(Networks, {
    group: http,
    default: "",
    expected: "addresses, or networks by their first address such as 10.0.0.0/8, separated by commas",
    description: "Proxies whose `X-Forwarded-For` is believed. Nobody's is by default."
  }),
  CSP_OVERRIDE: variable(Schema.NonEmptyString, {
    group: http,
    defaultText: "a strict policy",
    expected: "a Content-Security-Policy",
    description: "Replaces the `Content-Security-Policy` of every page."
  }),

  DATABASE_URL: variable(Secret(postgres), {
    group: database,
    defaultText: "PostgreSQL 18, embedded, in `INNKEEPER_DATA`",
    secret: true,
    expected: "a postgres:// URL",
    description: "Login of the app, a member of the role `innkeeper_app`. It may own nothing and bypass nothing."
  }),
  DATABASE_OWNER_URL: variable(Secret(postgres), {
    group: database,
    defaultText: "no migration at the start: a process that has it must have run before",
    secret: true,
    expected: "a postgres:// URL",
    description: "Login that owns the tables. Used for migrations at the start and closed after them."
  }),
  POSTGRES_SSL: variable(YesOrNo, {
    group: database,
    default: "false",
    expected: "true or false",
    description: "Speaks TLS to PostgreSQL and checks its certificate."
  }),
  POSTGRES_SSL_CA: variable(Schema.NonEmptyString, {
    group: database,
    defaultText: "the authorities that Node.js knows",
    expected: "the path of a PEM file",
    description:
      "Certificate authorities that PostgreSQL's certificate is checked with. Speaks TLS as `POSTGRES_SSL` does."
  }),
  DATABASE_POOL: variable(WholeNumber(fewestConnections, 100), {
    group: database,
    default: "16",
    expected: `a whole number from ${fewestConnections} to 100`,
    description:
      "Connections of one process at most. Seven are kept: for the cluster's locks and its messages, to show that it is there, for notifications, for storing jobs, for their queues, and for readers of events."
  }),

  REDIS_URL: variable(Secret(RedisUrl), {
    group: redis,
    defaultText: "limits are kept in the memory of each process",
    secret: true,
    expected: "a redis:// or rediss:// URL, which may end with the number of a database",
    description: "Shares rate limits between processes."
  }),
  REDIS_TLS_CA: variable(Schema.NonEmptyString, {
    group: redis,
    defaultText: "the authorities that Node.js knows, which include those of ElastiCache",
    expected: "the path of a PEM file",
    description: "Certificate authorities that the certificate of a `rediss://` server is checked with."
  }),

  EMAIL_PROVIDER: variable(Schema.Literals(["smtp", "resend", "postmark", "ses"]), {
    group: mail,
    default: "smtp",
    expected: "smtp, resend, postmark or ses",
    description: "What hands mail over: an SMTP server, Resend, Postmark or Amazon SES."
  }),
  SMTP_URL: variable(Secret(UrlOfHost("smtp:", "smtps:")), {
    group: mail,
    defaultText: "in development, a mailbox page in the web UI",
    secret: true,
    requiredInProduction: true,
    requiredWith: { variable: "EMAIL_PROVIDER", value: "smtp" },
    expected: "an smtp:// or smtps:// URL with a host",
    description: "Mail server, with user and password where it asks for them."
  }),
  RESEND_API_KEY: variable(Secret(Schema.String.check(Schema.isPattern(/^re_\w{8,}$/))), {
    group: mail,
    defaultText: "none",
    secret: true,
    requiredWith: { variable: "EMAIL_PROVIDER", value: "resend" },
    expected: "an API key of Resend, which begins with re_",
    description: "Lets us in at Resend."
  }),
  POSTMARK_SERVER_TOKEN: variable(Secret(Schema.String.check(Schema.isUUID())), {
    group: mail,
    defaultText: "none",
    secret: true,
    requiredWith: { variable: "EMAIL_PROVIDER", value: "postmark" },
    expected: "the token of a server at Postmark, a UUID",
    description: "Lets us in at Postmark."
  }),
  SES_REGION: variable(Schema.String.check(Schema.isPattern(/^[a-z]{2}(?:-[a-z]+)+-\d$/)), {
    group: mail,
    defaultText: "none",
    requiredWith: { variable: "EMAIL_PROVIDER", value: "ses" },
    expected: "a region such as eu-central-1",
    description: "Region of Amazon SES."
  }),
  SES_ACCESS_KEY_ID: variable(Schema.String.check(Schema.isPattern(/^[A-Z0-9]{16,128}$/)), {
    group: mail,
    defaultText: "the credentials of the process, such as the role of its service account",
    requiredWith: { variable: "SES_SECRET_ACCESS_KEY" },
    expected: "the id of an access key, such as AKIAIOSFODNN7EXAMPLE",
    description: "Access key for Amazon SES."
  }),
  SES_SECRET_ACCESS_KEY: variable(Secret(Schema.String.check(Schema.isPattern(/^[A-Za-z0-9/+=]{40}$/))), {
    group: mail,
    defaultText: "the credentials of the process",
    secret: true,
    requiredWith: { variable: "SES_ACCESS_KEY_ID" },
    expected: "the secret of SES_ACCESS_KEY_ID, of 40 characters",
    description: "Secret of the access key for Amazon SES."
  }),
  EMAIL_FROM: variable(Mailbox, {
    group: mail,
    default: "Innkeeper <innkeeper@localhost>",
    requiredInProduction: true,
    expected: "an address such as Innkeeper <bell@example.com>",
    description: "Sender of mails."
  }),
  EMAIL_REPLY_TO: variable(Mailbox, {
    group: mail,
    defaultText: "the sender",
    expected: "an address such as Support <support@example.com>",
    description: "Where answers to mails go."
  }),

  INNKEEPER_ADMIN_TOKEN: variable(Secret(long), {
    group: security,
    defaultText: "the admin API answers 503",
    secret: true,
    requiredInProduction: true,
    expected: "at least 32 characters",
    description: "Opens the admin API, as `X-Admin-Token`."
  }),
  ADMIN_AUDIT_RETENTION: variable(WholeNumber(90, 3650), {
    group: security,
    default: "400",
    expected: "a whole number from 90 to 3650",
    description:
      "Days that an entry of the platform admins' record is kept, refused sign-ins to the console among them. PCI DSS asks for 12 months (10.5.1); the last 90 days nobody can delete."
  }),
  INNKEEPER_SECRET: variable(Secret(long), {
    group: security,
    defaultText: "in development, made once and kept in `INNKEEPER_DATA`",
    secret: true,
    requiredInProduction: true,
    expected: "at least 32 characters, the same for every process",
    description: "Signs links and seals stored secrets. Changing it makes both void."
  }),

  RATE_LIMIT_WEBHOOK: variable(WholeNumber(1, 10_000_000), {
    group: security,
    default: "1000",
    expected: "a whole number from 1 to 10000000",
    description: "Requests a minute that one integration key may send."
  }),
  RATE_LIMIT_ALERTS: variable(WholeNumber(1, 10_000_000), {
    group: security,
    default: "300",
    expected: "a whole number from 1 to 10000000",
    description: "Alerts a minute that a tenant may send for which no configuration, and so no quota, was entered."
  }),
  RATE_LIMIT_API: variable(WholeNumber(1, 10_000_000), {
    group: security,
    default: "500",
    expected: "a whole number from 1 to 10000000",
    description:
      "Requests a minute that one person or API key may make, and live connections a minute that a network may open."
  }),
  RATE_LIMIT_PUBLIC: variable(WholeNumber(1, 10_000_000), {
    group: security,
    default: "100",
    expected: "a whole number from 1 to 10000000",
    description: "Requests a minute from one address, or one IPv6 network (/64), to what needs no sign-in."
  }),

  OTEL_EXPORTER_OTLP_ENDPOINT: variable(Url("http:", "https:"), {
    group: telemetry,
    defaultText: "nothing is exported",
    expected: "an http:// or https:// URL",
    description: "Collector of traces, logs and metrics, by OTLP over HTTP."
  }),
  OTEL_SERVICE_NAME: variable(Schema.NonEmptyString, {
    group: telemetry,
    default: "innkeeper",
    expected: "a name",
    description: "Name of this service in telemetry."
  }),
  METRICS_TOKEN: variable(Secret(long), {
    group: telemetry,
    defaultText: "whoever reaches the port may look",
    secret: true,
    expected: "at least 32 characters",
    description:
      "Opens `/metrics` and the details of `/health`, as `Authorization: Bearer`. The probes `/health/live` and `/health/ready` need none."
  }),
  LOG_LEVEL: variable(LogLevel, {
    group: telemetry,
    default: "info",
    expected: "trace, debug, info, warn, error or fatal",
    description: "The least severe message that is logged."
  }),
  LOG_FORMAT: variable(Schema.Literals(["pretty", "json"]), {
    group: telemetry,
    defaultText: "`pretty` in development, `json` in production",
    expected: "pretty or json",
    description: "Form of the log on standard output."
  }),

  RUNNER_HOST: variable(Schema.NonEmptyString, {
    group: cluster,
    default: "127.0.0.1",
    expected: "a host name or address",
    description: "Address at which the other processes reach this one. In Kubernetes, the pod's."
  }),
  RUNNER_PORT: variable(WholeNumber(1, 65_535), {
    group: cluster,
    default: "34431",
    expected: "a whole number from 1 to 65535",
    description: "Port at which the other processes reach this one."
  }),
  RUNNER_LISTEN_HOST: variable(Schema.NonEmptyString, {
    group: cluster,
    defaultText: "`RUNNER_HOST`",
    expected: "a host name or address",
    description:
      "Address to listen on for the other processes, where `RUNNER_HOST` is none of this machine's own, as behind a translated " +
      "address. Nobody is asked who they are there: let only the other processes reach it."
  }),

  TENANT_CONFIG_SOURCE: variable(Schema.Literals(["database", "yaml"]), {
    group: tenants,
    default: "database",
    expected: "database or yaml",
    description:
      "Where tenants are configured: in the registry, by the admin API and `innkeeper tenants import`, or in files that each start enters in it."
  }),
  TENANT_CONFIG_FOLDER: variable(Schema.NonEmptyString, {
    group: tenants,
    default: "tenants",
    expected: "the path of a folder",
    description: "Folder of one YAML or JSON file for each tenant. Read when the source is `yaml`."
  }),
  TENANT_CONFIG_TTL: variable(WholeNumber(1, 86_400), {
    group: tenants,
    default: "60",
    expected: "a whole number from 1 to 86400",
    description:
      "Seconds after which a tenant's configuration is read anew. Changes reach every process at once; this is for one that missed the news."
  }),
  ARCHIVE_FOLDER: variable(Schema.NonEmptyString, {
    group: tenants,
    defaultText: "`archives` in `INNKEEPER_DATA`",
    expected: "the path of a folder",
    description: "Folder of archives of tenants' data. Made when it is missing; every process must see the same one."
  }),
  ARCHIVE_RETENTION: variable(WholeNumber(1, 3650), {
    group: tenants,
    default: "90",
    expected: "a whole number from 1 to 3650",
    description:
      "Days from the end of a tenant's off-boarding to the deletion of its archive, after which it cannot be restored. GDPR has a processor delete what it holds when its service ends (28 (3) (g))."
  }),
  OFFBOARDING_RETENTION: variable(WholeNumber(0, 3650), {
    group: tenants,
    default: "30",
    expected: "a whole number from 0 to 3650",
    description: "Days from the backup of a tenant that is off-boarded to the deletion of its data."
  }),
  PROVISIONER: variable(Schema.Literals(["none", "render", "pulumi"]), {
    group: tenants,
    default: "none",
    expected: "none, render or pulumi",
    description:
      "What builds tenants with pods of their own: Pulumi; `render`, which works out and shows what would be built and builds nothing; or nothing, so that there can be pooled tenants only."
  }),
  PROVISIONER_PROGRAM: variable(Schema.NonEmptyString, {
    group: tenants,
    default: "infrastructure/src/programs/provision.ts",
    expected: "the path of a file",
    description: "Program that Node.js runs to provision a tenant, with `--adapter` and `--environment`."
  }),
  PROVISIONER_ENVIRONMENT: variable(Schema.NonEmptyString, {
    group: tenants,
    default: "infrastructure/environments/kind/environment.yaml",
    expected: "the path of a file",
    description: "File that describes the cluster in which tenants are built."
  }),
  MOVE_URL: variable(Url("http:", "https:"), {
    group: tenants,
    defaultText: "none",
    expected: "an http:// or https:// URL",
    description:
      "For the program `move` alone: where a tenant's data comes from or goes to, as the provisioner states it."
  }),
  MOVE_KEY: variable(Secret(Schema.String.check(Schema.isMinLength(32))), {
    group: tenants,
    defaultText: "none",
    expected: "at least 32 characters",
    secret: true,
    requiredWith: { variable: "MOVE_URL" },
    description: "For the program `move` alone: the secret of that move, as the provisioner states it."
  })
}

type Declaration = typeof environment

/** The decoded environment: `undefined` is a variable without default that is not set. */
export type EnvironmentValues = {
  readonly [Name in keyof Declaration]: Declaration[Name] extends { readonly default: string }
    ? Declaration[Name]["schema"]["Type"]
    : Declaration[Name]["schema"]["Type"] | undefined
}
