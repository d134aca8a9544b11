import { kubernetesObject } from "../../plan/kubernetesObject.ts"
import type { Selfhosted } from "../../plan/PlanEnvironment.ts"
import { containerSecurity, fromSecret, podSecurity, users } from "../../plan/pod.ts"
import { type ClusterInput, part } from "../ClusterPart.ts"
import { memoryOf, sized } from "../sized.ts"
import { clusterNamespace, namespaceName } from "./namespaces.ts"
import { serviceOf } from "./serviceOf.ts"
import { storePolicies } from "./storePolicies.ts"

/** MiB. */
const memory = 1024

/** The Redis that the isolated tenants and the pool share. It holds rate limits alone, so it keeps nothing on disk. */
export const redis = (input: ClusterInput<Selfhosted>) => {
  const { environment, labels, named } = input
  const { host, labels: selector, namespace, port } = environment.cache
  const name = serviceOf(host)
  const metadata = { name, namespace, labels: { ...labels, ...selector } }
  const inNamespace = { dependsOn: [namespaceName(input, namespace)] }
  const probe = { tcpSocket: { port: "redis" } }
  return part({
    secrets: [{
      name: named("redis-secrets"),
      objectName: name,
      namespace,
      labels,
      values: { REDIS_PASSWORD: [{ from: "configuration", key: "cachePassword" }] },
      ...inNamespace,
      protect: false
    }],
    objects: [
      clusterNamespace(input, namespace, "restricted"),
      ...storePolicies(input, namespace, port),
      kubernetesObject(named("redis-service"), {
        apiVersion: "v1",
        kind: "Service",
        metadata,
        spec: { selector: { ...selector }, ports: [{ name: "redis", port, targetPort: "redis" }] }
      }, inNamespace),
      kubernetesObject(named("redis"), {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata,
        spec: {
          replicas: 1,
          strategy: { type: "Recreate" },
          selector: { matchLabels: { ...selector } },
          template: {
            metadata: { labels: { ...labels, ...selector } },
            spec: {
              ...podSecurity(users.redis),
              containers: [{
                name: "redis",
                image: environment.images.redis,
                args: [
                  "redis-server",
                  "--port",
                  `${port}`,
                  "--save",
                  "",
                  "--appendonly",
                  "no",
                  "--maxmemory",
                  `${Math.floor(memoryOf(input.settings, memory) * 0.75)}mb`,
                  "--maxmemory-policy",
                  "allkeys-lru",
                  "--requirepass",
                  "$(REDIS_PASSWORD)"
                ],
                env: fromSecret(name, ["REDIS_PASSWORD"]),
                ports: [{ name: "redis", containerPort: port }],
                resources: sized(input.settings, { cpu: 500, memory }),
                securityContext: containerSecurity,
                livenessProbe: { ...probe, periodSeconds: 10 },
                readinessProbe: { ...probe, periodSeconds: 5 }
              }]
            }
          }
        }
      }, { dependsOn: [named("redis-secrets")] })
    ]
  })
}
