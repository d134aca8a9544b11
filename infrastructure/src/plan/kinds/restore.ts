import { awaited } from "../awaited.ts"
import { backupFolder } from "../backupNames.ts"
import { databaseNames } from "../database/roles.ts"
import { kubernetesObject } from "../kubernetesObject.ts"
import { digest } from "../names.ts"
import type { OwnTenant } from "../OwnTenant.ts"
import { backupLabels, backupNeeds, backupPod, backupVolume, postgresStep, storeStep } from "./backupPod.ts"

/** Seconds in which a database has to be restored. */
const deadline = 14_400

const download = `set -eu
rclone copyto "store:$BUCKET/$PREFIX/$NAME" "${backupVolume}/$NAME"`

/**
 * All or nothing, and into an empty database only: a second run, or one on a database in which a server has worked, changes
 * nothing.
 */
export const restoreScript = `set -eu
relations="$(psql --no-psqlrc --no-align --tuples-only --command \\
  "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")"
if [ "$relations" != 0 ]; then
  echo "The database is not empty: nothing is restored."
  exit 0
fi
pg_restore --exit-on-error --single-transaction --no-password --no-owner --role="$OWNER" --dbname="$PGDATABASE" \\
  "${backupVolume}/$NAME"`

/**
 * A job that fills a database which is there and empty from a backup, before a server works in it. Its name is a digest of
 * the backup's, so that another backup is another job.
 */
export const restore = (tenant: OwnTenant, databaseJob: string) => {
  const { config, named, namespace, options: { restoreFrom } } = tenant
  if (restoreFrom === null) return []
  const name = named(`restore-${digest(restoreFrom)}`)
  const { database, owner } = databaseNames(config.slug)
  return [
    kubernetesObject(name, {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name, namespace, labels: backupLabels(tenant), annotations: awaited(deadline) },
      spec: {
        backoffLimit: 2,
        activeDeadlineSeconds: deadline,
        template: backupPod(
          tenant,
          storeStep(tenant, {
            name: "download",
            script: download,
            env: { PREFIX: backupFolder(config.slug, restoreFrom), NAME: restoreFrom }
          }),
          postgresStep(tenant, {
            name: "restore",
            script: restoreScript,
            env: { NAME: restoreFrom, OWNER: owner, PGDATABASE: database },
            secrets: { "database-job": ["PGHOST", "PGPORT", "PGUSER", "PGPASSWORD"] }
          })
        )
      }
    }, { dependsOn: [...backupNeeds(tenant), named("database-job-secrets"), databaseJob] })
  ]
}
