import { Certificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate"
import { ClusterIssuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer"
import { TLSStore } from "@kubernetes-models/traefik/traefik.io/v1alpha1/TLSStore"
import { Deployment, StatefulSet } from "kubernetes-models/apps/v1"
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2"
import { CronJob, Job } from "kubernetes-models/batch/v1"
import { Ingress, NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1"
import { PodDisruptionBudget } from "kubernetes-models/policy/v1"
import { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1"
import { PriorityClass } from "kubernetes-models/scheduling.k8s.io/v1"
import { StorageClass } from "kubernetes-models/storage.k8s.io/v1"
import {
  ConfigMap,
  LimitRange,
  Namespace,
  PersistentVolumeClaim,
  ResourceQuota,
  Service,
  ServiceAccount
} from "kubernetes-models/v1"

const models = new Map(
  [
    Certificate,
    ClusterIssuer,
    ClusterRole,
    ClusterRoleBinding,
    ConfigMap,
    CronJob,
    Deployment,
    HorizontalPodAutoscaler,
    Ingress,
    Job,
    LimitRange,
    Namespace,
    NetworkPolicy,
    PersistentVolumeClaim,
    PodDisruptionBudget,
    PriorityClass,
    ResourceQuota,
    Role,
    RoleBinding,
    Service,
    ServiceAccount,
    StatefulSet,
    StorageClass,
    TLSStore
  ].map((model) => [`${model.apiVersion}/${model.kind}`, model])
)

/** Notes the path of every property that is read. */
const watched = (value: unknown, path: string, read: Set<string>): unknown =>
  typeof value !== "object" || value === null ? value : new Proxy(value, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key)
      if (typeof key === "symbol" || !Object.hasOwn(target, key)) return member
      read.add(`${path}/${key}`)
      return watched(member, `${path}/${key}`, read)
    }
  })

const pathsOf = (value: unknown, path: string): ReadonlyArray<string> =>
  typeof value !== "object" || value === null
    ? []
    : Object.entries(value).flatMap(([key, member]) => [`${path}/${key}`, ...pathsOf(member, `${path}/${key}`)])

interface Typed {
  readonly apiVersion?: string
  readonly kind?: string
}

/**
 * What Kubernetes with strict field validation would refuse in a manifest, by the schemas of its version 1.34 and of
 * cert-manager. The schemas let unknown fields pass, but never read them: a field that nobody read is unknown. (They do
 * not know `description` of PriorityClass, which exists.)
 */
export const problemsOf = <A extends Typed>(manifest: A): ReadonlyArray<string> => {
  const type = `${manifest.apiVersion}/${manifest.kind}`
  const model = models.get(type)
  if (model === undefined) return [`${type} has no schema`]
  const read = new Set<string>()
  const wrong = thrownBy(() => Reflect.apply(model.prototype.validate, watched(manifest, "", read), []))
  const unknown = pathsOf(manifest, "").filter((path) => !read.has(path))
  return [...wrong, ...unknown.map((path) => `no field ${path}`)].map((problem) => `${type}: ${problem}`)
}

const thrownBy = (run: () => void): ReadonlyArray<string> => {
  try {
    run()
    return []
  } catch (error) {
    return [String(error)]
  }
}
