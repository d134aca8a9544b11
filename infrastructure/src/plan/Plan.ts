import type { Tier } from "@innkeeper/config"
import type { ICertificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate"
import type { IClusterIssuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer"
import type { ITLSStore } from "@kubernetes-models/traefik/traefik.io/v1alpha1/TLSStore"
import type { IDeployment, IStatefulSet } from "kubernetes-models/apps/v1"
import type { IHorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2"
import type { ICronJob, IJob } from "kubernetes-models/batch/v1"
import type { IIngress, INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1"
import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1"
import type {
  IClusterRole,
  IClusterRoleBinding,
  IRole,
  IRoleBinding
} from "kubernetes-models/rbac.authorization.k8s.io/v1"
import type { IPriorityClass } from "kubernetes-models/scheduling.k8s.io/v1"
import type { IStorageClass } from "kubernetes-models/storage.k8s.io/v1"
import type {
  IConfigMap,
  ILimitRange,
  INamespace,
  IPersistentVolumeClaim,
  IResourceQuota,
  IService,
  IServiceAccount
} from "kubernetes-models/v1"

/** Every kind of Kubernetes object that a plan may hold. Secrets are not among them: see `SecretPlan`. */
export type Manifest =
  | ICertificate
  | IClusterIssuer
  | IClusterRole
  | IClusterRoleBinding
  | IConfigMap
  | ICronJob
  | IDeployment
  | IHorizontalPodAutoscaler
  | IIngress
  | IJob
  | ILimitRange
  | INamespace
  | INetworkPolicy
  | IPersistentVolumeClaim
  | IPodDisruptionBudget
  | IPriorityClass
  | IResourceQuota
  | IRole
  | IRoleBinding
  | IService
  | IServiceAccount
  | IStatefulSet
  | IStorageClass
  | ITLSStore

/** One thing that the engine knows by a logical name, which begins with the stack's name and never changes. */
export interface Named {
  readonly name: string
  /** Logical names of what must be there before. */
  readonly dependsOn: ReadonlyArray<string>
  /** Whether the engine refuses to delete it, since it holds data. */
  readonly protect: boolean
}

export interface KubernetesObject extends Named {
  readonly manifest: Manifest
}

/** A value that the plan names and does not know. */
export type Reference =
  /** A password of the plan's `passwords`. */
  | { readonly from: "password"; readonly name: string }
  /** A secret of the environment, kept in the engine's encrypted configuration. */
  | { readonly from: "configuration"; readonly key: string }
  /** Made of such a secret for one use: the same again whenever it is made, and telling nothing of the secret. */
  | { readonly from: "derived"; readonly key: string; readonly use: string }
  /** What a cloud resource of the plan says when it is there, such as the address of a database. */
  | { readonly from: "resource"; readonly name: string; readonly output: string }

/** Text with references in it, joined without separator. */
export type SecretText = ReadonlyArray<string | Reference>

/** A Kubernetes Secret whose values are references, so that a plan can be shown, stored and compared. */
export interface SecretPlan extends Named {
  /** Name of the Secret in its namespace. */
  readonly objectName: string
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, SecretText>>
}

/** A password that the engine makes once and keeps: letters and digits, so that it needs no escape in a URL. */
export interface Password {
  readonly name: string
  readonly length: number
}

/** A resource of the cloud: `type` and `inputs` are those of its Pulumi provider. */
export interface CloudResource extends Named {
  readonly type: string
  readonly inputs: Readonly<Record<string, unknown>>
  /** Inputs whose values are secret or not known yet. */
  readonly references: Readonly<Record<string, SecretText>>
  /** Whether it holds backups, and so stays when all else is deleted. */
  readonly keep?: true
}

/** A record in a zone of ours. It reaches the zone as an annotation of the ingress that it leads to. */
export interface DnsRecord {
  readonly name: string
  readonly type: "A" | "CNAME"
  readonly target: string
  /** Seconds. */
  readonly ttl: number
}

/** A host name of the tenant's own: its owner has to point it at `target`, and then it gets a certificate. */
export interface CustomDomain {
  readonly domain: string
  readonly target: string
  /** Logical name of the certificate. */
  readonly certificate: string
}

/** One step of the database job. `generate` is a query whose results are statements to run, as psql's `\gexec`. */
export interface DatabaseStatement {
  readonly database: string
  readonly run: "execute" | "generate"
  /** May name the job's variables in psql's form, `:'APP_PASSWORD'`. */
  readonly sql: string
}

/** What the engine is to make in one stack. */
export interface Deployable {
  /** Name of the engine's stack; all logical names begin with it. */
  readonly stack: string
  readonly passwords: ReadonlyArray<Password>
  readonly secrets: ReadonlyArray<SecretPlan>
  readonly cloud: ReadonlyArray<CloudResource>
  readonly objects: ReadonlyArray<KubernetesObject>
}

/**
 * Everything that one tenant needs in one environment. Data alone: the same inputs give the same plan. The stack has the
 * tenant's slug as its name.
 */
export interface Plan extends Deployable {
  readonly tier: Tier
  readonly mode: "selfhosted" | "cloud"
  readonly namespace: string
  /** What every object and cloud resource carries, for cost reports and for policies. */
  readonly labels: Readonly<Record<string, string>>
  readonly dns: ReadonlyArray<DnsRecord>
  readonly domains: ReadonlyArray<CustomDomain>
  readonly database: ReadonlyArray<DatabaseStatement>
}
