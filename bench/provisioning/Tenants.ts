import { decodeTenantConfig, defaultQuotas } from "@innkeeper/config"
import { decodePlanEnvironment } from "@innkeeper/infrastructure/api"
import { Effect } from "effect"

const tiers = ["isolated", "dedicated", "pooled"] as const

/** Tenant number `index`, counted from 0, as its file would say it. */
export const tenantInput = (index: number) => {
  const tier = tiers[index % tiers.length]!
  return {
    tier,
    ...(tier !== "pooled" && { mode: "selfhosted" }),
    slug: `tenant-${index}`,
    name: `Tenant ${index}`,
    domains: [`alerts.tenant-${index}.example`],
    timeZone: "Europe/Berlin",
    features: ["oncall"],
    mail: { fromName: `Tenant ${index}`, fromAddress: `bell@tenant-${index}.example` },
    quotas: { ...defaultQuotas(tier) }
  }
}

/** That many tenants, of the tiers in turn. */
export const tenants = (count: number) =>
  Effect.forEach(Array.from({ length: count }, (_, index) => index), (index) => decodeTenantConfig(tenantInput(index)))

const pods = (namespace: string, name: string) => ({ namespace, labels: { "app.kubernetes.io/name": name } })

/** A cluster with everything in it, as its file would say it. */
export const environmentInput = {
  mode: "selfhosted",
  name: "bench",
  domain: "innkeeper.example",
  costCentre: "bench",
  images: {
    server: "registry.example/innkeeper/server:0.1.0",
    postgres: "postgres:18.4-bookworm",
    redis: "redis:8.6.0-alpine",
    rclone: "rclone/rclone:1.73.1"
  },
  issuer: "letsencrypt",
  storageClass: "longhorn",
  ingress: {
    ...pods("traefik", "traefik"),
    class: "traefik",
    address: "ingress.innkeeper.example",
    networks: ["10.42.0.0/16"]
  },
  dns: { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } },
  telemetry: { ...pods("telemetry", "alloy"), endpoint: "http://alloy.telemetry.svc:4318" },
  pool: { namespace: "innkeeper", service: "server", port: 80 },
  mail: { provider: "smtp", port: 587 },
  database: { ...pods("database", "postgresql"), host: "postgresql.database.svc", port: 5432 },
  cache: { ...pods("cache", "redis"), host: "redis.cache.svc", port: 6379 },
  backup: { ...pods("garage", "garage"), host: "garage.garage.svc", port: 3900, bucket: "backups", region: "garage" }
}

export const environment = decodePlanEnvironment(environmentInput)
