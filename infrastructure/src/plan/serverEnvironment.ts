import { type environment as contract, fewestConnections, loadEnvironment } from "@innkeeper/config"
import { ConfigProvider, Effect } from "effect"
import { databaseNames } from "./database/roles.ts"
import { authoritiesFile } from "./kinds/authorities.ts"
import { configurationFolder } from "./kinds/configuration.ts"
import { mailEnvironment, mailSamples } from "./mail.ts"
import type { OwnTenant } from "./OwnTenant.ts"
import type { Reference, SecretText } from "./Plan.ts"
import { PlanRefused } from "./PlanRefused.ts"
import { runnerPort, serverPort } from "./ports.ts"
import { maxSurge } from "./Sizing.ts"

type Variable = keyof typeof contract

/** What the server of a tenant is told: by name as the environment contract has it, so that a misspelt one does not compile. */
export interface ServerEnvironment {
  readonly values: Readonly<Partial<Record<Variable, string>>>
  readonly secrets: Readonly<Partial<Record<Variable, SecretText>>>
  /** Known when the pod starts: fields of the pod, as Kubernetes' downward API names them. */
  readonly fields: Readonly<Partial<Record<Variable, string>>>
}

/** Key of the engine's encrypted configuration that holds what the secrets of all tenants' servers are made of. */
export const sealingSecret = "sealingSecret"

/** Connections of all of a tenant's servers together, if each can have the fewest that it needs. */
const connectionsOfAll = 160
const mostConnections = 16

const serversOf = ({ config }: Pick<OwnTenant, "config">) => config.quotas.replicas.maximum + maxSurge

const poolOf = (tenant: Pick<OwnTenant, "config">) =>
  Math.max(fewestConnections, Math.min(mostConnections, Math.floor(connectionsOfAll / serversOf(tenant))))

/** What the logins of the app and of the owner may open: all pools at the peak of a rollout, and some for people. */
export const connectionLimit = (tenant: Pick<OwnTenant, "config">) => serversOf(tenant) * poolOf(tenant) + 8

const urlOf = ({ backing: { database }, config, named }: OwnTenant, login: "app" | "owner"): SecretText => {
  const names = databaseNames(config.slug)
  return [
    `postgres://${names[login]}:`,
    { from: "password", name: named(`${login}-password`) },
    "@",
    ...database.host,
    `:${database.port}/${names.database}`
  ]
}

/** A display name that needs no quotes around what RFC 5322 reserves. */
const displayName = (name: string) => name.replace(/[<>()[\]:;@\\,."\p{Cc}]+/gu, " ").trim()

export const serverEnvironment = (tenant: OwnTenant): ServerEnvironment => {
  const { backing, config, environment, host, named } = tenant
  const { fromAddress, fromName, replyTo } = config.mail
  const mail = mailEnvironment(environment.mail)
  return {
    values: {
      INNKEEPER_ENV: "production",
      INNKEEPER_DATA: "/tmp/innkeeper",
      DEMO: "false",
      HOST: "0.0.0.0",
      PORT: `${serverPort}`,
      PUBLIC_URL: `https://${host}`,
      TRUSTED_PROXIES: environment.ingress.networks.join(","),
      POSTGRES_SSL: backing.database.tls ? "true" : "false",
      ...(backing.database.tls && { POSTGRES_SSL_CA: authoritiesFile }),
      DATABASE_POOL: `${poolOf(tenant)}`,
      EMAIL_PROVIDER: environment.mail.provider,
      ...mail.values,
      EMAIL_FROM: `${displayName(fromName)} <${fromAddress}>`.trim(),
      ...(replyTo !== undefined && { EMAIL_REPLY_TO: replyTo }),
      OTEL_EXPORTER_OTLP_ENDPOINT: environment.telemetry.endpoint,
      OTEL_SERVICE_NAME: `innkeeper-${config.slug}`,
      LOG_LEVEL: "info",
      LOG_FORMAT: "json",
      TENANT_CONFIG_SOURCE: "yaml",
      TENANT_CONFIG_FOLDER: configurationFolder,
      RUNNER_PORT: `${runnerPort}`
    },
    secrets: {
      DATABASE_URL: urlOf(tenant, "app"),
      DATABASE_OWNER_URL: urlOf(tenant, "owner"),
      REDIS_URL: backing.cache.url,
      ...mail.secrets,
      INNKEEPER_ADMIN_TOKEN: [{ from: "password", name: named("admin-token") }],
      // A tenant that is built anew, from a backup, opens what its former server sealed.
      INNKEEPER_SECRET: [{ from: "derived", key: sealingSecret, use: `server/${config.slug}` }]
    },
    fields: { RUNNER_HOST: "status.podIP" }
  }
}

/** Stands for a secret where only its form counts. */
const sample = (reference: Reference): string => {
  if (reference.from === "resource") return "host.example"
  if (reference.from === "password" || reference.from === "derived") return "p".repeat(40)
  return samplesOfConfiguration[reference.key] ?? "configured"
}

const samplesOfConfiguration: Readonly<Record<string, string>> = {
  cacheUrl: "rediss://cache.example:6379",
  ...mailSamples
}

/** The environment as a process would see it, with samples for what is not known yet. */
export const sampleEnvironment = ({ fields, secrets, values }: ServerEnvironment): Record<string, string> => ({
  ...values,
  ...Object.fromEntries(
    Object.entries(secrets).map(([name, text]) => [
      name,
      text.map((part) => typeof part === "string" ? part : sample(part)).join("")
    ])
  ),
  ...Object.fromEntries(Object.keys(fields).map((name) => [name, "10.0.0.1"]))
})

/** Decodes it as the server will at its start, so that what would stop the server stops the plan. */
export const checkServerEnvironment = (environment: ServerEnvironment) =>
  loadEnvironment.pipe(
    Effect.provideService(
      ConfigProvider.ConfigProvider,
      ConfigProvider.fromEnvRecord(sampleEnvironment(environment))
    ),
    Effect.mapError(({ problems }) =>
      new PlanRefused({ problems: problems.map(({ problem, variable }) => ({ field: `server.${variable}`, problem })) })
    )
  )
