import type { IContainer, IPodSpec } from "kubernetes-models/v1"
import type { KubernetesObject, Plan } from "../plan/Plan.ts"

const units: Readonly<Record<string, number>> = { m: 1e-3, Mi: 1024 ** 2, Gi: 1024 ** 3 }

/** A quantity of Kubernetes in cores, bytes or pieces. */
export const quantity = (text: string | number | undefined): number => {
  const [, value, unit = ""] = /^([\d.]+)(m|Mi|Gi)?$/.exec(String(text)) ?? []
  if (value === undefined) throw new Error(`the simulation does not know the quantity ${text}`)
  return Number(value) * (units[unit] ?? 1)
}

type Totals = Record<string, number>

const add = (totals: Totals, name: string, amount: number) => {
  totals[name] = (totals[name] ?? 0) + amount
}

/** What a scheduler counts for one pod: its containers together, or one container of the start that asks for more. */
const effective = (pod: IPodSpec, kind: "requests" | "limits", resource: "cpu" | "memory") => {
  const of = (container: IContainer) => quantity(container.resources?.[kind]?.[resource])
  return Math.max(
    pod.containers.reduce((sum, container) => sum + of(container), 0),
    ...(pod.initContainers ?? []).map(of)
  )
}

interface Workload {
  readonly pod: IPodSpec
  readonly replicas: number
}

const workloadsOf = ({ objects }: Plan) => {
  const scaled = new Map(
    objects.flatMap(({ manifest }) =>
      manifest.kind === "HorizontalPodAutoscaler" && manifest.spec !== undefined
        ? [[manifest.spec.scaleTargetRef.name, manifest.spec.maxReplicas] as const]
        : []
    )
  )
  return objects.flatMap(({ manifest }: KubernetesObject): ReadonlyArray<Workload> => {
    if (manifest.kind === "CronJob") {
      const pod = manifest.spec?.jobTemplate.spec?.template.spec
      return pod ? [{ pod, replicas: 1 }] : []
    }
    if (manifest.kind === "Job") {
      return manifest.spec?.template.spec
        ? [{ pod: manifest.spec.template.spec, replicas: 1 }]
        : []
    }
    if (manifest.kind === "StatefulSet") {
      return manifest.spec?.template.spec
        ? [{ pod: manifest.spec.template.spec, replicas: manifest.spec.replicas ?? 1 }]
        : []
    }
    if (manifest.kind !== "Deployment" || !manifest.spec?.template.spec) return []
    const replicas = scaled.get(manifest.metadata?.name ?? "") ?? manifest.spec.replicas ?? 1
    const surge = manifest.spec.strategy?.type === "Recreate"
      ? 0
      : manifest.spec.strategy?.rollingUpdate?.maxSurge ?? "25%"
    if (typeof surge === "string") throw new Error("the simulation does not know a surge in percent")
    return [{ pod: manifest.spec.template.spec, replicas: replicas + surge }]
  })
}

/**
 * What a ResourceQuota counts when everything runs at once: the most replicas in the middle of a rollout, both jobs, and
 * a solver of cert-manager for each domain and at least one (10m and 64Mi, by cert-manager's defaults).
 */
export const peakOf = (plan: Plan): Totals => {
  const totals: Totals = {}
  for (const { pod, replicas } of workloadsOf(plan)) {
    add(totals, "pods", replicas)
    for (const kind of ["requests", "limits"] as const) {
      for (const resource of ["cpu", "memory"] as const) {
        add(totals, `${kind}.${resource}`, replicas * effective(pod, kind, resource))
      }
    }
    for (const { ephemeral } of pod.volumes ?? []) {
      if (ephemeral === undefined) continue
      add(totals, "persistentvolumeclaims", replicas)
      add(
        totals,
        "requests.storage",
        replicas * quantity(ephemeral.volumeClaimTemplate?.spec.resources?.requests?.["storage"])
      )
    }
  }
  for (const { manifest } of plan.objects) {
    if (manifest.kind !== "PersistentVolumeClaim") continue
    add(totals, "persistentvolumeclaims", 1)
    add(totals, "requests.storage", quantity(manifest.spec?.resources?.requests?.["storage"]))
  }
  const solvers = Math.max(1, plan.domains.length)
  add(totals, "pods", solvers)
  for (const kind of ["requests", "limits"]) {
    add(totals, `${kind}.cpu`, solvers * quantity("10m"))
    add(totals, `${kind}.memory`, solvers * quantity("64Mi"))
  }
  return totals
}

export const hardOf = ({ objects }: Plan): Totals =>
  Object.fromEntries(objects.flatMap(({ manifest }) =>
    manifest.kind === "ResourceQuota"
      ? Object.entries(manifest.spec?.hard ?? {}).map(([name, text]) => [name, quantity(text)] as const)
      : []
  ))
