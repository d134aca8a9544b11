import { databaseNames } from "../database/roles.ts"
import type { OwnTenant } from "../OwnTenant.ts"
import type { Password, SecretPlan, SecretText } from "../Plan.ts"
import { digestKey } from "../secretsRead.ts"
import type { ServerEnvironment } from "../serverEnvironment.ts"

/** Key of the engine's encrypted configuration that holds the secret of a move. */
export const moveKey = "moveKey"

/** Characters of a password or token: at 62 letters and digits more than 230 bits. */
const length = 40

/** Passwords of the tenant that exist in every tier, so that a change of tier makes no new ones. */
export const passwords = ({ backing, named }: OwnTenant): ReadonlyArray<Password> => [
  ...["owner-password", "app-password", "backup-password", "admin-token", digestKey].map((role) => ({
    name: named(role),
    length
  })),
  ...backing.passwords
]

/** Each workload has a secret of its own and sees no other's. */
export const secrets = (tenant: OwnTenant, environment: ServerEnvironment): ReadonlyArray<SecretPlan> => {
  const { backing: { backup, database }, config, labels, named, namespace, options, sizing } = tenant
  const password = (role: string): SecretText => [{ from: "password", name: named(role) }]
  const secret = (role: string, values: SecretPlan["values"]): SecretPlan => ({
    name: named(`${role}-secrets`),
    namespace,
    labels,
    values,
    objectName: named(role),
    dependsOn: [named("namespace")],
    protect: false
  })
  const names = databaseNames(config.slug)
  return [
    secret("server", environment.secrets),
    secret("database-job", {
      PGHOST: database.host,
      PGPORT: [`${database.port}`],
      PGUSER: database.administrator.user,
      PGPASSWORD: database.administrator.password,
      OWNER_PASSWORD: password("owner-password"),
      APP_PASSWORD: password("app-password"),
      BACKUP_PASSWORD: password("backup-password")
    }),
    secret("backup", {
      PGHOST: database.host,
      PGPORT: [`${database.port}`],
      PGUSER: [names.backup],
      PGPASSWORD: password("backup-password"),
      PGDATABASE: [names.database],
      BUCKET: backup.bucket,
      ...(backup.identity.by === "keys" && {
        RCLONE_CONFIG_STORE_ACCESS_KEY_ID: [{ from: "configuration", key: "backupAccessKey" } as const],
        RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY: [{ from: "configuration", key: "backupSecretKey" } as const]
      })
    }),
    ...(options.move === null ? [] : [secret("move", { MOVE_KEY: [{ from: "configuration", key: moveKey }] })]),
    ...(sizing.database.cpu > 0
      ? [secret("database-root", { POSTGRES_PASSWORD: database.administrator.password })]
      : []),
    ...(sizing.cache.cpu > 0 ? [secret("cache-root", { REDIS_PASSWORD: password("cache-password") })] : [])
  ]
}
