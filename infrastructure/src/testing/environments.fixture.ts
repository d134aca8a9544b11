import { Effect } from "effect"
import { decodePlanEnvironment, type PlanEnvironment } from "../plan/PlanEnvironment.ts"

const common = {
  name: "production",
  domain: "innkeeper.example",
  costCentre: "platform",
  images: {
    server: "registry.example/innkeeper/server:0.1.0",
    postgres: "postgres:18.4-bookworm",
    redis: "redis:8.6.0-alpine",
    rclone: "rclone/rclone:1.73.1"
  },
  issuer: "letsencrypt-production",
  ingress: {
    namespace: "traefik",
    labels: { "app.kubernetes.io/name": "traefik" },
    class: "traefik",
    address: "ingress.innkeeper.example",
    networks: ["10.42.0.0/16"]
  },
  dns: { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } },
  telemetry: {
    namespace: "telemetry",
    labels: { "app.kubernetes.io/name": "alloy" },
    endpoint: "http://alloy.telemetry.svc:4318"
  },
  pool: { namespace: "innkeeper", service: "server", port: 80 },
  mail: { provider: "smtp" }
}

/** An environment as its file would say it. */
export const selfhostedInput = {
  mode: "selfhosted",
  ...common,
  storageClass: "longhorn",
  database: {
    namespace: "database",
    labels: { "app.kubernetes.io/name": "postgresql" },
    host: "postgresql.database.svc",
    port: 5432
  },
  cache: { namespace: "cache", labels: { "app.kubernetes.io/name": "redis" }, host: "redis.cache.svc", port: 6379 },
  backup: {
    namespace: "garage",
    labels: { "app.kubernetes.io/name": "garage" },
    host: "garage.garage.svc",
    port: 3900,
    bucket: "backups",
    region: "garage"
  }
}

export const cloudInput = {
  mode: "cloud",
  ...common,
  storageClass: "gp3",
  region: "eu-central-1",
  account: "111122223333",
  identityIssuer: "oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF",
  dataNetworks: ["10.0.48.0/20"],
  dataSubnetGroup: "innkeeper-data",
  cacheSubnetGroup: "innkeeper-cache",
  dataSecurityGroup: "sg-0123456789abcdef0",
  kmsKey: "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  databaseAuthorities: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
  database: { host: "shared.abc123.eu-central-1.rds.amazonaws.com", port: 5432 },
  cache: { port: 6379 }
}

const decoded = (input: unknown): PlanEnvironment => Effect.runSync(decodePlanEnvironment(input))

/** One environment of each mode. */
export const environments = { selfhosted: decoded(selfhostedInput), cloud: decoded(cloudInput) }
