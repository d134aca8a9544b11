import type { BackingInput } from "../backing/BackingInput.ts"
import { kubernetesObject } from "../kubernetesObject.ts"
import { selectorOf } from "../labels.ts"
import { fixedNames } from "../names.ts"
import type { Selfhosted } from "../PlanEnvironment.ts"
import { containerSecurity, fromSecret, podSecurity, resourcesOf, users } from "../pod.ts"
import { postgresMounts, postgresProbes, postgresVolumes } from "../postgresPod.ts"
import { connectionLimit } from "../serverEnvironment.ts"
import { storageOf } from "../storage.ts"
import { priorityName } from "./priority.ts"

/** Connections for backups, jobs, and a superuser who looks after it. */
const besideServers = 20

/**
 * PostgreSQL in the tenant's namespace: one pod at most, and a volume that outlives it. The volume is an object of its own,
 * since a StatefulSet's template of it could not grow.
 */
export const ownDatabase = ({ images, storageClass }: Selfhosted, input: BackingInput) => {
  const { config, labels, named, namespace, sizing } = input
  const selector = selectorOf(config.slug, "database")
  const metadata = (role: string) => ({ name: named(role), namespace, labels: { ...labels, ...selector } })
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
              args: [
                "-c",
                `shared_buffers=${Math.floor(sizing.database.memory / 4)}MB`,
                "-c",
                // The app's login and the owner's can both be at their limit.
                `max_connections=${connectionLimit(input) * 2 + besideServers}`
              ],
              env: fromSecret(named("database-root"), ["POSTGRES_PASSWORD"]),
              ports: [{ name: "postgresql", containerPort: 5432 }],
              resources: resourcesOf(sizing.database),
              securityContext: containerSecurity,
              ...postgresProbes(),
              volumeMounts: postgresMounts()
            }],
            volumes: postgresVolumes(named("database-volume"), sizing.database.memory)
          }
        }
      }
    }, {
      dependsOn: [named("database-volume"), named("database-root-secrets"), named("account"), priorityName(input)],
      protect: true
    })
  ]
}
