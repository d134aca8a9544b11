import { kubernetesObject } from "../kubernetesObject.ts"
import { selectorOf } from "../labels.ts"
import { digest } from "../names.ts"
import type { OwnTenant } from "../OwnTenant.ts"
import { containerSecurity, fromSecret, literals, podSecurity, resourcesOf, scratch, users } from "../pod.ts"
import { storageOf } from "../storage.ts"
import { authoritiesVolume } from "./authorities.ts"
import { tlsOf } from "./databaseJob.ts"
import { priorityName } from "./priority.ts"

/** How long a backup is kept. */
export const backupDays = 35

const folder = "/backup"

/** Each night between one and five o'clock UTC, at a minute of the tenant's own, so that not all begin at once. */
export const scheduleOf = (slug: string) => {
  const minute = Number.parseInt(digest(slug), 16) % 240
  return `${minute % 60} ${1 + Math.floor(minute / 60)} * * *`
}

const dump = `set -eu
rm -f ${folder}/*.dump
file="${folder}/$(date -u +%Y-%m-%dT%H-%M-%SZ).dump"
pg_dump --format=custom --no-password --file="$file"
pg_restore --list "$file" > /dev/null`

const upload = `set -eu
rclone copy ${folder} "store:$BUCKET/$PREFIX"
rclone delete --min-age ${backupDays}d "store:$BUCKET/$PREFIX"`

/** Dumps the tenant's database, reads the dump once, and takes it to the object store. */
export const backup = (tenant: OwnTenant, databaseJob: string) => {
  const { backing, config, environment, labels, named, namespace, sizing } = tenant
  const selector = selectorOf(config.slug, "backup")
  const authorities = authoritiesVolume(tenant)
  const resources = resourcesOf(sizing.backup)
  const { identity } = backing.backup
  const account = identity.by === "role" ? identity.account : named("account")
  const mounts = [{ name: "backup", mountPath: folder }, { name: "tmp", mountPath: "/tmp" }]
  return [
    kubernetesObject(named("backup"), {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: named("backup"), namespace, labels: { ...labels, ...selector } },
      spec: {
        schedule: scheduleOf(config.slug),
        timeZone: "Etc/UTC",
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: 3600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: {
          spec: {
            backoffLimit: 2,
            activeDeadlineSeconds: 14_400,
            // The pod holds a volume as large as the database.
            ttlSecondsAfterFinished: 3600,
            template: {
              metadata: { labels: { ...labels, ...selector } },
              spec: {
                ...podSecurity(users.rclone),
                serviceAccountName: account,
                priorityClassName: priorityName(tenant),
                // Tries again in the same pod: another would need a volume of its own, which the quota does not hold.
                restartPolicy: "OnFailure",
                initContainers: [{
                  name: "dump",
                  image: environment.images.postgres,
                  command: ["sh", "-c", dump],
                  env: [
                    ...literals(tlsOf(tenant)),
                    ...fromSecret(named("backup"), ["PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE"])
                  ],
                  resources,
                  securityContext: containerSecurity,
                  volumeMounts: [...mounts, ...authorities.mounts]
                }],
                containers: [{
                  name: "upload",
                  image: environment.images.rclone,
                  command: ["sh", "-c", upload],
                  env: [
                    ...literals({
                      RCLONE_CONFIG: "/tmp/rclone.conf",
                      RCLONE_CONFIG_STORE_TYPE: "s3",
                      RCLONE_CONFIG_STORE_PROVIDER: environment.mode === "cloud" ? "AWS" : "Other",
                      RCLONE_CONFIG_STORE_ENDPOINT: backing.backup.endpoint,
                      RCLONE_CONFIG_STORE_REGION: backing.backup.region,
                      ...(identity.by === "role" && { RCLONE_CONFIG_STORE_ENV_AUTH: "true" }),
                      RCLONE_S3_NO_CHECK_BUCKET: "true",
                      PREFIX: config.slug
                    }),
                    ...fromSecret(named("backup"), [
                      "BUCKET",
                      ...(identity.by === "keys"
                        ? ["RCLONE_CONFIG_STORE_ACCESS_KEY_ID", "RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY"]
                        : [])
                    ])
                  ],
                  resources,
                  securityContext: containerSecurity,
                  volumeMounts: mounts
                }],
                volumes: [
                  {
                    name: "backup",
                    ephemeral: {
                      volumeClaimTemplate: {
                        metadata: { labels: { ...labels } },
                        spec: {
                          accessModes: ["ReadWriteOnce"],
                          storageClassName: environment.storageClass,
                          resources: { requests: { storage: `${storageOf(config.quotas)}Mi` } }
                        }
                      }
                    }
                  },
                  scratch("64Mi"),
                  ...authorities.volumes
                ]
              }
            }
          }
        }
      }
    }, {
      dependsOn: [
        named("backup-secrets"),
        account,
        priorityName(tenant),
        databaseJob,
        ...authorities.dependsOn
      ]
    })
  ]
}
