import type { IJobSpec } from "kubernetes-models/batch/v1"
import { awaited } from "../awaited.ts"
import { psqlScript, scriptVariables } from "../database/script.ts"
import { databaseStatements, removalStatements } from "../database/statements.ts"
import { kubernetesObject } from "../kubernetesObject.ts"
import { selectorOf } from "../labels.ts"
import { digest } from "../names.ts"
import type { OwnTenant } from "../OwnTenant.ts"
import { containerSecurity, fromSecret, literals, podSecurity, resourcesOf, scratch, users } from "../pod.ts"
import { connectionLimit } from "../serverEnvironment.ts"
import { authoritiesFile, authoritiesVolume } from "./authorities.ts"
import { priorityName } from "./priority.ts"

const folder = "/etc/innkeeper/database"

/** Seconds in which the job has to be done. */
const deadline = 900

/** Whether the tenant leaves a database server that others use too. One of its own goes as a whole. */
const leaves = ({ config, options }: OwnTenant) => options.release && config.tier === "isolated"

export const statementsOf = (tenant: OwnTenant) =>
  leaves(tenant)
    ? removalStatements(tenant.config.slug)
    : databaseStatements(tenant.config.slug, connectionLimit(tenant))

/** TLS as psql is told of it. */
export const tlsOf = ({ backing }: OwnTenant): Record<string, string> =>
  backing.database.tls ? { PGSSLMODE: "verify-full", PGSSLROOTCERT: authoritiesFile } : { PGSSLMODE: "disable" }

/**
 * A job in the tenant's namespace that makes roles, database and grants, or takes them away, with the script that it runs.
 *
 * A Job cannot change: its name is a digest of what it does, so that another content is another Job.
 */
export const databaseJob = (tenant: OwnTenant) => {
  const { backing, labels, named, namespace } = tenant
  const script = psqlScript(statementsOf(tenant))
  const jobLabels = { ...labels, ...selectorOf(tenant.config.slug, "database-job") }
  const spec = specOf(tenant, jobLabels)
  const name = named(`job-${digest(script + JSON.stringify(spec))}`)
  return {
    name,
    objects: [
      kubernetesObject(named("database-script"), {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: named("database-script"), namespace, labels },
        data: { "database.sql": script }
      }),
      kubernetesObject(
        name,
        {
          apiVersion: "batch/v1",
          kind: "Job",
          metadata: { name, namespace, labels: jobLabels, annotations: awaited(deadline) },
          spec
        },
        {
          dependsOn: [
            named("database-script"),
            named("database-job-secrets"),
            named("account"),
            priorityName(tenant),
            ...authoritiesVolume(tenant).dependsOn,
            ...backing.ready,
            // Nobody works in a database that is taken away.
            ...(leaves(tenant) ? [named("server")] : [])
          ]
        }
      )
    ]
  }
}

const specOf = (tenant: OwnTenant, labels: Record<string, string>): IJobSpec => {
  const { environment, named, sizing } = tenant
  const authorities = authoritiesVolume(tenant)
  return {
    backoffLimit: 6,
    activeDeadlineSeconds: deadline,
    template: {
      metadata: { labels },
      spec: {
        ...podSecurity(users.postgres),
        serviceAccountName: named("account"),
        priorityClassName: priorityName(tenant),
        restartPolicy: "Never",
        containers: [{
          name: "psql",
          image: environment.images.postgres,
          command: ["psql", "--no-psqlrc", "--quiet", "--file", `${folder}/database.sql`],
          env: [
            ...literals({ PGDATABASE: "postgres", PGCONNECT_TIMEOUT: "10", ...tlsOf(tenant) }),
            ...fromSecret(named("database-job"), ["PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", ...scriptVariables])
          ],
          resources: resourcesOf(sizing.databaseJob),
          securityContext: containerSecurity,
          volumeMounts: [
            { name: "script", mountPath: folder, readOnly: true },
            { name: "tmp", mountPath: "/tmp" },
            ...authorities.mounts
          ]
        }],
        volumes: [
          { name: "script", configMap: { name: named("database-script") } },
          scratch("16Mi"),
          ...authorities.volumes
        ]
      }
    }
  }
}
