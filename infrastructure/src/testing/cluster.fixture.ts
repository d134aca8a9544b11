import { Effect } from "effect"
import { decodeClusterSettings } from "../cluster/ClusterSettings.ts"

/** Settings of a cluster as their file would say them. */
export const clusterInput = {
  email: "platform@innkeeper.example",
  dns: { provider: "cloudflare" },
  telemetryUpstream: "https://otlp.example",
  scale: "production",
  replicas: 3,
  storage: { database: 100, backup: 200 }
}

export const route53 = {
  provider: "route53",
  region: "eu-central-1",
  role: "arn:aws:iam::111122223333:role/innkeeper-dns"
}

export const clusterSettings = Effect.runSync(decodeClusterSettings(clusterInput))
