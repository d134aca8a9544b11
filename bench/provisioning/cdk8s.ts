import type { Plan } from "@innkeeper/infrastructure/api"
import { ApiObject, App, Chart } from "cdk8s"
import { deepStrictEqual } from "node:assert"

const compared = new Set(["Namespace", "ResourceQuota", "LimitRange", "NetworkPolicy"])

/** Namespace, quota, limits and network policies of the plans: what cdk8s is asked for. */
export const comparedObjects = (plans: ReadonlyArray<Plan>) =>
  plans.map(({ objects, stack }) => ({
    stack,
    objects: objects.filter(({ manifest }) => compared.has(manifest.kind))
  }))

/** One chart for each tenant, and its manifests. The fields are given: cdk8s builds the objects and writes them out. */
export const synthesize = (stacks: ReturnType<typeof comparedObjects>): ReadonlyArray<unknown> => {
  const app = new App()
  return stacks.flatMap(({ objects, stack }) => {
    const chart = new Chart(app, stack)
    for (const { manifest, name } of objects) new ApiObject(chart, name, manifest)
    return chart.toJson()
  })
}

/** Fails unless cdk8s writes what the plans have. */
export const sameObjects = (stacks: ReturnType<typeof comparedObjects>) => {
  const byName = (objects: ReadonlyArray<unknown>) => objects.map((object) => JSON.stringify(sorted(object))).toSorted()
  deepStrictEqual(
    byName(synthesize(stacks)),
    byName(stacks.flatMap(({ objects }) => objects.map(({ manifest }) => manifest)))
  )
}

/** With its fields in one order. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, sorted(member)] as const).toSorted(([a], [b]) => a < b ? -1 : 1)
  )
}
