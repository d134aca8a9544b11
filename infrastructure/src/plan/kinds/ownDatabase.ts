import type { BackingInput } from "../backing/BackingInput.ts"
import { kubernetesObject } from "../kubernetesObject.ts"
import { selectorOf } from "../labels.ts"
import { fixedNames } from "../names.ts"
import type { Selfhosted } from "../PlanEnvironment.ts"
import { containerSecurity, fromSecret, podSecurity, resourcesOf, scratch, users } from "../pod.ts"
import { storageOf } from "../storage.ts"
import { priorityName } from "./priority.ts"

/**
 * PostgreSQL in the tenant's namespace: one pod at most, and a volume that outlives it. The volume is an object of its own,
 * since a StatefulSet's template of it could not grow.
 */
export const ownDatabase = ({ images, storageClass }: Selfhosted, input: BackingInput) => {
  const { config, labels, named, namespace, sizing } = input
  const selector = selectorOf(config.slug, "database")
  const metadata = (role: string) => ({ name: named(role), namespace, labels: { ...labels, ...selector } })
  const probe = { exec: { command: ["pg_isready", "--username=postgres", "--host=127.0.0.1"] } }
  return [
    kubernetesObject(named("database-volume"), {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: metadata("database-volume"),
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: storageClass,
        resources: { requests: { storage: `${storageOf(config.quotas)}Mi` } }
      }
    }, { protect: true }),
    kubernetesObject(named("database"), {
      apiVersion: "v1",
      kind: "Service",
      metadata: { ...metadata("database"), name: fixedNames.database },
      spec: { selector, ports: [{ name: "postgresql", port: 5432, targetPort: "postgresql" }] }
    }),
    kubernetesObject(named("database-set"), {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { ...metadata("database-set"), name: fixedNames.database },
      spec: {
        replicas: 1,
        serviceName: fixedNames.database,
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: { ...labels, ...selector } },
          spec: {
            ...podSecurity(users.postgres),
            serviceAccountName: named("account"),
            priorityClassName: priorityName(input),
            terminationGracePeriodSeconds: 120,
            containers: [{
              name: "postgresql",
              image: images.postgres,
              args: ["-c", `shared_buffers=${Math.floor(sizing.database.memory / 4)}MB`],
              env: fromSecret(named("database-root"), ["POSTGRES_PASSWORD"]),
              ports: [{ name: "postgresql", containerPort: 5432 }],
              resources: resourcesOf(sizing.database),
              securityContext: containerSecurity,
              startupProbe: { ...probe, periodSeconds: 5, failureThreshold: 60 },
              livenessProbe: { ...probe, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
              readinessProbe: { ...probe, periodSeconds: 5, timeoutSeconds: 3 },
              volumeMounts: [
                { name: "data", mountPath: "/var/lib/postgresql" },
                { name: "run", mountPath: "/var/run/postgresql" },
                { name: "shm", mountPath: "/dev/shm" },
                { name: "tmp", mountPath: "/tmp" }
              ]
            }],
            volumes: [
              { name: "data", persistentVolumeClaim: { claimName: named("database-volume") } },
              { name: "run", emptyDir: { sizeLimit: "1Mi" } },
              { name: "shm", emptyDir: { medium: "Memory", sizeLimit: `${Math.floor(sizing.database.memory / 4)}Mi` } },
              scratch("64Mi")
            ]
          }
        }
      }
    }, {
      dependsOn: [named("database-volume"), named("database-root-secrets"), named("account"), priorityName(input)],
      protect: true
    })
  ]
}
