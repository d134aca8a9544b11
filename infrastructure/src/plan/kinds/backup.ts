import type { IJobSpec } from "kubernetes-models/batch/v1"
import { awaited } from "../awaited.ts"
import { backupFolder } from "../backupNames.ts"
import { kubernetesObject } from "../kubernetesObject.ts"
import { digest } from "../names.ts"
import { isServed, type OwnTenant } from "../OwnTenant.ts"
import { backupLabels, backupNeeds, backupPod, backupVolume, postgresStep, storeStep } from "./backupPod.ts"

/** How long the backup of a night is kept. */
export const backupDays = 35

/** Seconds in which a backup has to be done. */
const deadline = 14_400

/** Each night between one and five o'clock UTC, at a minute of the tenant's own, so that not all begin at once. */
export const scheduleOf = (slug: string) => {
  const minute = Number.parseInt(digest(slug), 16) % 240
  return `${minute % 60} ${1 + Math.floor(minute / 60)} * * *`
}

/** With `IDLE`, it waits for five minutes until nobody works in the database any more. */
export const dumpScript = `set -eu
sessions() {
  psql --no-psqlrc --no-password --no-align --tuples-only --command \\
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename IS NOT NULL AND pid <> pg_backend_pid()"
}
if [ "\${IDLE:-false}" = true ]; then
  left=60
  while [ "$(sessions)" != 0 ]; do
    left=$((left - 1))
    if [ "$left" = 0 ]; then
      echo "Somebody still works in the database." >&2
      exit 1
    fi
    sleep 5
  done
fi
rm -f ${backupVolume}/*.dump
file="${backupVolume}/\${NAME:-$(date -u +%Y-%m-%dT%H-%M-%SZ).dump}"
pg_dump --format=custom --no-password --file="$file"
pg_restore --list "$file" > /dev/null`

const upload = `set -eu
rclone copy ${backupVolume} "store:$BUCKET/$PREFIX"`

const prune = `
rclone delete --min-age ${backupDays}d "store:$BUCKET/$PREFIX"`

/** A pod that dumps the tenant's database, reads the dump once, and takes it to the object store. */
const specOf = (
  tenant: OwnTenant,
  script: string,
  prefix: string,
  name: Readonly<Record<string, string>>
): IJobSpec => ({
  backoffLimit: 2,
  activeDeadlineSeconds: deadline,
  template: backupPod(
    tenant,
    postgresStep(tenant, {
      name: "dump",
      script: dumpScript,
      env: name,
      secrets: { backup: ["PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE"] }
    }),
    storeStep(tenant, { name: "upload", script, env: { PREFIX: prefix } })
  )
})

/** Backups of each night, which are deleted by age. */
export const backup = (tenant: OwnTenant, databaseJob: string) => {
  const { config, named, namespace } = tenant
  return [
    kubernetesObject(named("backup"), {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name: named("backup"), namespace, labels: backupLabels(tenant) },
      spec: {
        schedule: scheduleOf(config.slug),
        timeZone: "Etc/UTC",
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: 3600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: {
          // The pod holds a volume as large as the database.
          spec: { ...specOf(tenant, upload + prune, config.slug, {}), ttlSecondsAfterFinished: 3600 }
        }
      }
    }, { dependsOn: [...backupNeeds(tenant), databaseJob] })
  ]
}

/**
 * A backup that is made now and kept until somebody deletes it. The engine waits for its end. That of a tenant which is not
 * served holds everything: it begins after the last server has stopped.
 */
export const backupNow = (tenant: OwnTenant, databaseJob: string) => {
  const { config, named, namespace, options: { backup } } = tenant
  if (backup === null) return []
  const stopped = !isServed(tenant)
  const name = named(`backup-${digest(backup)}`)
  return [
    kubernetesObject(name, {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name, namespace, labels: backupLabels(tenant), annotations: awaited(deadline) },
      spec: specOf(tenant, upload, backupFolder(config.slug, backup), {
        NAME: backup,
        ...(stopped && { IDLE: "true" })
      })
    }, { dependsOn: [...backupNeeds(tenant), databaseJob, ...(stopped ? [named("server")] : [])] })
  ]
}
