import { Schema } from "effect"
import type { EnvironmentValues } from "./Environment.ts"

const SecretText = Schema.RedactedFromValue(Schema.String)

/** Where the web server listens and how the world reaches it. */
export class HttpConfig extends Schema.Class<HttpConfig>("config/HttpConfig")({
  host: Schema.String,
  port: Schema.Int,
  /** Origin and path that links begin with, without a slash at the end. */
  publicUrl: Schema.String,
  /** Networks in CIDR notation whose `X-Forwarded-For` is believed. */
  trustedProxies: Schema.Array(Schema.String),
  /** Replaces the Content-Security-Policy. */
  contentSecurityPolicy: Schema.optional(Schema.String)
}) {}

/** Which PostgreSQL. Without `url` the embedded one. */
export class DatabaseConfig extends Schema.Class<DatabaseConfig>("config/DatabaseConfig")({
  url: Schema.optional(SecretText),
  ownerUrl: Schema.optional(SecretText),
  ssl: Schema.Boolean,
  /** Path of a PEM file. */
  sslCa: Schema.optional(Schema.String),
  /** Size of the connection pool, per process. */
  maxConnections: Schema.Int,
  /** Folder of the embedded database. */
  dataFolder: Schema.String
}) {}

/** Which Redis. Without `url` the memory of the process. */
export class RedisConfig extends Schema.Class<RedisConfig>("config/RedisConfig")({
  url: Schema.optional(SecretText),
  /** Path of a PEM file. */
  ca: Schema.optional(Schema.String)
}) {}

/** What hands mail over. `Caught`: nothing does, and the web UI shows it; in development only. */
const MailDelivery = Schema.Union([
  Schema.TaggedStruct("Caught", {}),
  Schema.TaggedStruct("Smtp", { url: SecretText }),
  Schema.TaggedStruct("Resend", { apiKey: SecretText }),
  Schema.TaggedStruct("Postmark", { serverToken: SecretText }),
  Schema.TaggedStruct("Ses", {
    region: Schema.String,
    /** Without them those of the process count. */
    credentials: Schema.optionalKey(Schema.Struct({ accessKeyId: Schema.String, secretAccessKey: SecretText }))
  })
])

/** How mail leaves. */
export class MailConfig extends Schema.Class<MailConfig>("config/MailConfig")({
  delivery: MailDelivery,
  from: Schema.String,
  replyTo: Schema.optional(Schema.String)
}) {}

/** The platform's own admins. Without `token` the admin API is shut. */
export class AdminConfig extends Schema.Class<AdminConfig>("config/AdminConfig")({
  token: Schema.optional(SecretText),
  /** For how long an entry of their record is kept. */
  auditRetentionDays: Schema.Int
}) {}

/** The installation's secret. Without it one is made and kept in the data folder, in development only. */
export class SecurityConfig extends Schema.Class<SecurityConfig>("config/SecurityConfig")({
  secret: Schema.optional(SecretText)
}) {}

/** Requests a minute that a caller may make. */
export class LimitsConfig extends Schema.Class<LimitsConfig>("config/LimitsConfig")({
  /** Per integration key. */
  webhook: Schema.Int,
  /** Alerts, per tenant without a configuration. */
  alerts: Schema.Int,
  /** Per person or API key. */
  api: Schema.Int,
  /** Per address, without sign-in. */
  public: Schema.Int
}) {}

/** Logs, traces and metrics. Without `otlpEndpoint` nothing is exported. */
export class TelemetryConfig extends Schema.Class<TelemetryConfig>("config/TelemetryConfig")({
  otlpEndpoint: Schema.optional(Schema.String),
  serviceName: Schema.String,
  /** Opens metrics and the details of health; without it whoever reaches the port may look. */
  metricsToken: Schema.optional(Schema.Redacted(Schema.String)),
  logLevel: Schema.Literals(["Trace", "Debug", "Info", "Warn", "Error", "Fatal"]),
  logFormat: Schema.Literals(["pretty", "json"])
}) {}

/** Where the other processes of the cluster reach this one. */
export class ClusterConfig extends Schema.Class<ClusterConfig>("config/ClusterConfig")({
  /** `embedded` is one process on the embedded database; `cluster` any number on a shared one. */
  mode: Schema.Literals(["embedded", "cluster"]),
  runnerHost: Schema.String,
  runnerPort: Schema.Int,
  /** Where it listens for them, on `runnerPort`. */
  runnerListenHost: Schema.String
}) {}

/** Where tenants are configured. */
export class TenantsConfig extends Schema.Class<TenantsConfig>("config/TenantsConfig")({
  /** `yaml`: in the files of `folder`, which the admin API then cannot change. */
  source: Schema.Literals(["database", "yaml"]),
  folder: Schema.String,
  /** For how long a configuration is kept in memory. */
  ttlSeconds: Schema.Int,
  /** From the backup of a tenant that is off-boarded to the deletion of its data. */
  retentionDays: Schema.Int,
  /** Folder of archives of tenants' data. */
  archiveFolder: Schema.String,
  /** From the end of a tenant's off-boarding to the deletion of its archive. */
  archiveRetentionDays: Schema.Int
}) {}

/** What builds tenants that have pods of their own. */
export class ProvisionerConfig extends Schema.Class<ProvisionerConfig>("config/ProvisionerConfig")({
  adapter: Schema.Literals(["none", "render", "pulumi"]),
  /** The program, and the file that describes the cluster. */
  program: Schema.String,
  environment: Schema.String
}) {}

/** Where a tenant's data comes from or goes to, for the program that carries it. */
export class MoveConfig extends Schema.Class<MoveConfig>("config/MoveConfig")({
  url: Schema.optional(Schema.String),
  key: Schema.optional(SecretText)
}) {}

/** Everything a server process is told by its environment. */
export class ServerConfig extends Schema.Class<ServerConfig>("config/ServerConfig")({
  environment: Schema.Literals(["development", "production"]),
  /** Folder of the embedded database and of generated secrets. */
  dataFolder: Schema.String,
  /** Whether to load the demonstration tenant into an empty installation. */
  demo: Schema.Boolean,
  http: HttpConfig,
  database: DatabaseConfig,
  redis: RedisConfig,
  mail: MailConfig,
  admin: AdminConfig,
  security: SecurityConfig,
  limits: LimitsConfig,
  telemetry: TelemetryConfig,
  cluster: ClusterConfig,
  tenants: TenantsConfig,
  provisioner: ProvisionerConfig,
  move: MoveConfig
}) {}

/** `loadEnvironment` has refused what lacks the variables of its provider. */
const mailDelivery = (values: EnvironmentValues): typeof MailDelivery.Type => {
  const { EMAIL_PROVIDER, POSTMARK_SERVER_TOKEN, RESEND_API_KEY, SES_REGION, SMTP_URL } = values
  const { SES_ACCESS_KEY_ID: accessKeyId, SES_SECRET_ACCESS_KEY: secretAccessKey } = values
  if (EMAIL_PROVIDER === "resend" && RESEND_API_KEY) return { _tag: "Resend", apiKey: RESEND_API_KEY }
  if (EMAIL_PROVIDER === "postmark" && POSTMARK_SERVER_TOKEN) {
    return { _tag: "Postmark", serverToken: POSTMARK_SERVER_TOKEN }
  }
  if (EMAIL_PROVIDER === "ses" && SES_REGION) {
    return {
      _tag: "Ses",
      region: SES_REGION,
      ...(accessKeyId !== undefined && secretAccessKey !== undefined &&
        { credentials: { accessKeyId, secretAccessKey } })
    }
  }
  return SMTP_URL === undefined ? { _tag: "Caught" } : { _tag: "Smtp", url: SMTP_URL }
}

/** Groups the variables, and fills in the defaults that depend on others. */
export const toServerConfig = (values: EnvironmentValues): ServerConfig => {
  const environment = values.INNKEEPER_ENV
  const dataFolder = values.INNKEEPER_DATA
  const embedded = values.DATABASE_URL === undefined
  return new ServerConfig({
    environment,
    dataFolder,
    demo: values.DEMO ?? (environment === "development" && embedded),
    http: new HttpConfig({
      host: values.HOST,
      port: values.PORT,
      publicUrl: (values.PUBLIC_URL ?? `http://${reachable(values.HOST)}:${values.PORT}`).replace(/\/+$/, ""),
      trustedProxies: values.TRUSTED_PROXIES,
      contentSecurityPolicy: values.CSP_OVERRIDE
    }),
    database: new DatabaseConfig({
      url: values.DATABASE_URL,
      ownerUrl: values.DATABASE_OWNER_URL,
      ssl: values.POSTGRES_SSL || values.POSTGRES_SSL_CA !== undefined,
      sslCa: values.POSTGRES_SSL_CA,
      maxConnections: values.DATABASE_POOL,
      dataFolder
    }),
    redis: new RedisConfig({ url: values.REDIS_URL, ca: values.REDIS_TLS_CA }),
    mail: new MailConfig({
      delivery: mailDelivery(values),
      from: values.EMAIL_FROM,
      replyTo: values.EMAIL_REPLY_TO
    }),
    admin: new AdminConfig({
      token: values.INNKEEPER_ADMIN_TOKEN,
      auditRetentionDays: values.ADMIN_AUDIT_RETENTION
    }),
    security: new SecurityConfig({ secret: values.INNKEEPER_SECRET }),
    limits: new LimitsConfig({
      webhook: values.RATE_LIMIT_WEBHOOK,
      alerts: values.RATE_LIMIT_ALERTS,
      api: values.RATE_LIMIT_API,
      public: values.RATE_LIMIT_PUBLIC
    }),
    telemetry: new TelemetryConfig({
      otlpEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
      serviceName: values.OTEL_SERVICE_NAME,
      metricsToken: values.METRICS_TOKEN,
      logLevel: values.LOG_LEVEL,
      logFormat: values.LOG_FORMAT ?? (environment === "production" ? "json" : "pretty")
    }),
    cluster: new ClusterConfig({
      mode: embedded ? "embedded" : "cluster",
      runnerHost: values.RUNNER_HOST,
      runnerPort: values.RUNNER_PORT,
      runnerListenHost: values.RUNNER_LISTEN_HOST ?? values.RUNNER_HOST
    }),
    tenants: new TenantsConfig({
      source: values.TENANT_CONFIG_SOURCE,
      folder: values.TENANT_CONFIG_FOLDER,
      ttlSeconds: values.TENANT_CONFIG_TTL,
      retentionDays: values.OFFBOARDING_RETENTION,
      archiveFolder: values.ARCHIVE_FOLDER ?? `${dataFolder}/archives`,
      archiveRetentionDays: values.ARCHIVE_RETENTION
    }),
    provisioner: new ProvisionerConfig({
      adapter: values.PROVISIONER,
      program: values.PROVISIONER_PROGRAM,
      environment: values.PROVISIONER_ENVIRONMENT
    }),
    move: new MoveConfig({ url: values.MOVE_URL, key: values.MOVE_KEY })
  })
}

/** A host as a browser on this machine can name it. */
const reachable = (host: string) =>
  host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host
