import type { BackingInput } from "../backing/BackingInput.ts"
import { kubernetesObject } from "../kubernetesObject.ts"
import { selectorOf } from "../labels.ts"
import { fixedNames } from "../names.ts"
import type { Selfhosted } from "../PlanEnvironment.ts"
import { containerSecurity, fromSecret, podSecurity, resourcesOf, users } from "../pod.ts"
import { priorityName } from "./priority.ts"

/** Redis in the tenant's namespace. It holds rate limits alone, so it keeps nothing on disk. */
export const ownCache = ({ images }: Selfhosted, input: BackingInput) => {
  const { config, labels, named, namespace, sizing } = input
  const selector = selectorOf(config.slug, "cache")
  const metadata = (role: string) => ({ name: named(role), namespace, labels: { ...labels, ...selector } })
  const probe = { tcpSocket: { port: "redis" } }
  return [
    kubernetesObject(named("cache"), {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...metadata("cache"), name: fixedNames.cache },
      spec: { selector, ports: [{ name: "redis", port: 6379, targetPort: "redis" }] }
    }),
    kubernetesObject(named("cache-deployment"), {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata("cache-deployment"),
      spec: {
        replicas: 1,
        strategy: { type: "Recreate" },
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: { ...labels, ...selector } },
          spec: {
            ...podSecurity(users.redis),
            serviceAccountName: named("account"),
            priorityClassName: priorityName(input),
            containers: [{
              name: "redis",
              image: images.redis,
              args: [
                "redis-server",
                "--save",
                "",
                "--appendonly",
                "no",
                "--maxmemory",
                `${Math.floor(sizing.cache.memory * 0.75)}mb`,
                "--maxmemory-policy",
                "allkeys-lru",
                "--requirepass",
                "$(REDIS_PASSWORD)"
              ],
              env: fromSecret(named("cache-root"), ["REDIS_PASSWORD"]),
              ports: [{ name: "redis", containerPort: 6379 }],
              resources: resourcesOf(sizing.cache),
              securityContext: containerSecurity,
              livenessProbe: { ...probe, periodSeconds: 10 },
              readinessProbe: { ...probe, periodSeconds: 5 }
            }]
          }
        }
      }
    }, { dependsOn: [named("cache-root-secrets"), named("account"), priorityName(input)] })
  ]
}
