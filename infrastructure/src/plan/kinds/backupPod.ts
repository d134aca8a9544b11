import type { IContainer, IPodTemplateSpec } from "kubernetes-models/v1"
import { selectorOf } from "../labels.ts"
import type { OwnTenant } from "../OwnTenant.ts"
import { containerSecurity, fromSecret, literals, podSecurity, resourcesOf, scratch, users } from "../pod.ts"
import { storageOf } from "../storage.ts"
import { scratchClassOf } from "../storageClasses.ts"
import { authoritiesVolume } from "./authorities.ts"
import { tlsOf } from "./databaseJob.ts"
import { priorityName } from "./priority.ts"

/** Where the dump is in the pod. */
export const backupVolume = "/backup"

interface Step {
  readonly name: string
  /** For `sh`. What is not known when it is written is a variable and never part of the script. */
  readonly script: string
  readonly env: Readonly<Record<string, string>>
}

const mounts = [{ name: "backup", mountPath: backupVolume }, { name: "tmp", mountPath: "/tmp" }]

const containerOf = ({ sizing }: OwnTenant, { name, script }: Step) =>
  ({
    name,
    command: ["sh", "-c", script],
    resources: resourcesOf(sizing.backup),
    securityContext: containerSecurity
  }) satisfies IContainer

/** A container with PostgreSQL's programs, which finds the database and its login in the variables of a secret. */
export const postgresStep = (
  tenant: OwnTenant,
  step: Step & { readonly secrets: Readonly<Record<string, ReadonlyArray<string>>> }
): IContainer => ({
  ...containerOf(tenant, step),
  image: tenant.environment.images.postgres,
  env: [
    ...literals({ ...step.env, ...tlsOf(tenant) }),
    ...Object.entries(step.secrets).flatMap(([secret, keys]) => fromSecret(tenant.named(secret), keys))
  ],
  volumeMounts: [...mounts, ...authoritiesVolume(tenant).mounts]
})

/** A container with rclone, which finds the object store as `store:$BUCKET`. */
export const storeStep = (tenant: OwnTenant, step: Step): IContainer => {
  const { backing: { backup: { endpoint, identity, region } }, environment, named } = tenant
  return {
    ...containerOf(tenant, step),
    image: environment.images.rclone,
    env: [
      ...literals({
        RCLONE_CONFIG: "/tmp/rclone.conf",
        RCLONE_CONFIG_STORE_TYPE: "s3",
        RCLONE_CONFIG_STORE_PROVIDER: environment.mode === "cloud" ? "AWS" : "Other",
        RCLONE_CONFIG_STORE_ENDPOINT: endpoint,
        RCLONE_CONFIG_STORE_REGION: region,
        ...(identity.by === "role" && { RCLONE_CONFIG_STORE_ENV_AUTH: "true" }),
        RCLONE_S3_NO_CHECK_BUCKET: "true",
        ...step.env
      }),
      ...fromSecret(named("backup"), [
        "BUCKET",
        ...(identity.by === "keys"
          ? ["RCLONE_CONFIG_STORE_ACCESS_KEY_ID", "RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY"]
          : [])
      ])
    ],
    volumeMounts: mounts
  }
}

const accountOf = ({ backing: { backup: { identity } }, named }: OwnTenant) =>
  identity.by === "role" ? identity.account : named("account")

export const backupLabels = ({ config, labels }: OwnTenant) => ({ ...labels, ...selectorOf(config.slug, "backup") })

/** Logical names of what a pod that reads or writes backups needs. */
export const backupNeeds = (tenant: OwnTenant) => [
  tenant.named("backup-secrets"),
  accountOf(tenant),
  priorityName(tenant),
  ...authoritiesVolume(tenant).dependsOn
]

/** A pod that takes a dump between database and object store, through a volume that is there as long as the pod. */
export const backupPod = (tenant: OwnTenant, first: IContainer, second: IContainer): IPodTemplateSpec => {
  const { config, environment, labels } = tenant
  return {
    metadata: { labels: backupLabels(tenant) },
    spec: {
      ...podSecurity(users.rclone),
      serviceAccountName: accountOf(tenant),
      priorityClassName: priorityName(tenant),
      // Tries again in the same pod: another would need a volume of its own, which the quota does not hold.
      restartPolicy: "OnFailure",
      initContainers: [first],
      containers: [second],
      volumes: [
        {
          name: "backup",
          ephemeral: {
            volumeClaimTemplate: {
              metadata: { labels: { ...labels } },
              spec: {
                accessModes: ["ReadWriteOnce"],
                storageClassName: scratchClassOf(environment),
                resources: { requests: { storage: `${storageOf(config.quotas)}Mi` } }
              }
            }
          }
        },
        scratch("64Mi"),
        ...authoritiesVolume(tenant).volumes
      ]
    }
  }
}
