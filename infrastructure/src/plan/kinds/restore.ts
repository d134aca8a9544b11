import { awaited } from "../awaited.ts"
import { backupFolder } from "../backupNames.ts"
import { afterRestore } from "../database/afterRestore.ts"
import { databaseNames } from "../database/roles.ts"
import { kubernetesObject } from "../kubernetesObject.ts"
import { digest } from "../names.ts"
import type { OwnTenant } from "../OwnTenant.ts"
import { backupLabels, backupNeeds, backupPod, backupVolume, postgresStep, storeStep } from "./backupPod.ts"

/** Seconds in which a database has to be restored. */
const deadline = 14_400

const download = `set -eu
rclone copyto "store:$BUCKET/$PREFIX/$NAME" "${backupVolume}/$NAME"`

/** What the database's comment says until all of its restoration is done. */
const unfinished = "restoring"

/**
 * All or nothing, and into an empty database only: a second run, or one on a database in which a server has worked, changes
 * nothing. A run that ended between the rows and the statements that follow them is finished by the next one: the database's
 * comment tells it.
 */
export const restoreScript = `set -eu
ask() {
  psql --no-psqlrc --no-password --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"
}
remark() {
  ask --command "SET ROLE \\"$OWNER\\"" --command "COMMENT ON DATABASE \\"$PGDATABASE\\" IS $1"
}
relations="$(ask --command "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")"
remarked="$(ask --command "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()")"
if [ "$relations" = 0 ]; then
  remark "'${unfinished}'"
  pg_restore --exit-on-error --single-transaction --no-password --no-owner --role="$OWNER" --dbname="$PGDATABASE" \\
    "${backupVolume}/$NAME"
elif [ "$remarked" != ${unfinished} ]; then
  echo "The database is not empty: nothing is restored."
  exit 0
fi
ask --command "SET ROLE \\"$OWNER\\"" --file=- << 'SQL'
${afterRestore}SQL
remark NULL`

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
