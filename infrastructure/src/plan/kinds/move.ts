import { awaited } from "../awaited.ts"
import { kubernetesObject } from "../kubernetesObject.ts"
import { selectorOf } from "../labels.ts"
import { digest } from "../names.ts"
import type { OwnTenant } from "../OwnTenant.ts"
import { containerSecurity, fromSecret, literals, podSecurity, resourcesOf, scratch, users } from "../pod.ts"
import type { ServerEnvironment } from "../serverEnvironment.ts"
import { storageOf } from "../storage.ts"
import { authoritiesVolume } from "./authorities.ts"
import { priorityName } from "./priority.ts"

/** Seconds in which the data has to be carried. */
const deadline = 14_400

/** Where the server that carries out the operation keeps the data on its way. */
const urlOf = ({ environment: { pool } }: OwnTenant, operation: string) =>
  `http://${pool.service}.${pool.namespace}.svc:${pool.port}/api/v1/moves/${operation}`

/**
 * A job that carries the tenant's data with the server's own program: into its database, before a server works there, or out of
 * it, after the last one has stopped. `jobs` make the database. Its name is a digest of the move's, so that another move is
 * another job.
 */
export const move = (tenant: OwnTenant, environment: ServerEnvironment, jobs: ReadonlyArray<string>) => {
  const { config, labels, named, namespace, options: { move }, sizing } = tenant
  if (move === null) return []
  const name = named(`move-${digest(`${move.direction}/${move.operation}`)}`)
  const jobLabels = { ...labels, ...selectorOf(config.slug, "move") }
  const authorities = authoritiesVolume(tenant)
  return [
    kubernetesObject(name, {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name, namespace, labels: jobLabels, annotations: awaited(deadline) },
      spec: {
        backoffLimit: 3,
        activeDeadlineSeconds: deadline,
        template: {
          metadata: { labels: jobLabels },
          spec: {
            ...podSecurity(users.server),
            serviceAccountName: named("account"),
            priorityClassName: priorityName(tenant),
            restartPolicy: "Never",
            containers: [{
              name: "move",
              image: tenant.environment.images.server,
              args: ["move", move.direction, config.slug],
              env: [
                ...literals({ ...environment.values, MOVE_URL: urlOf(tenant, move.operation) }),
                ...fromSecret(named("server"), Object.keys(environment.secrets)),
                ...fromSecret(named("move"), ["MOVE_KEY"]),
                ...Object.entries(environment.fields).map(([name, fieldPath]) => ({
                  name,
                  valueFrom: { fieldRef: { fieldPath } }
                }))
              ],
              // It runs while no server does.
              resources: resourcesOf(sizing.server),
              securityContext: containerSecurity,
              volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, ...authorities.mounts]
            }],
            volumes: [scratch(`${storageOf(config.quotas)}Mi`), ...authorities.volumes]
          }
        }
      }
    }, {
      dependsOn: [
        named("server-secrets"),
        named("move-secrets"),
        named("account"),
        priorityName(tenant),
        ...jobs,
        ...authorities.dependsOn,
        ...move.direction === "out" ? [named("server")] : []
      ]
    })
  ]
}
