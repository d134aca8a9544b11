import { Effect } from "effect"
import { isImmutable } from "./immutable.ts"
import type { Plan } from "./Plan.ts"
import { PlanRefused } from "./PlanRefused.ts"

/** What applying a plan would do to one thing. */
export interface Change {
  readonly action: "create" | "update" | "replace" | "delete"
  /** Logical name. */
  readonly name: string
  /** Kind of the Kubernetes object, type of the cloud resource, `Secret` or `Password`. */
  readonly kind: string
  /** Paths of the fields that differ; empty for what is created or deleted. */
  readonly fields: ReadonlyArray<string>
}

/** One thing of a plan, with the fields that are compared. */
interface Item {
  readonly kind: string
  readonly name: string
  readonly protect: boolean
  /** Whether it stays when all else is deleted. */
  readonly keep?: true | undefined
  readonly content: object
}

const itemsOf = ({ cloud, objects, passwords, secrets }: Plan): ReadonlyArray<Item> => [
  ...objects.map(({ manifest, name, protect }) => ({ kind: manifest.kind, name, protect, content: manifest })),
  ...secrets.map(({ labels, name, namespace, objectName, protect, values }) => ({
    kind: "Secret",
    name,
    protect,
    content: { labels, namespace, objectName, values }
  })),
  ...cloud.map(({ inputs, keep, name, protect, references, type }) => ({
    kind: type,
    name,
    protect,
    keep,
    content: { inputs, references, type }
  })),
  ...passwords.map(({ length, name }) => ({ kind: "Password", name, protect: false, content: { length } }))
]

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

/** Paths of the leaves that differ. */
const differences = (before: unknown, after: unknown, path: string): ReadonlyArray<string> => {
  if (Object.is(before, after)) return []
  if (!isObject(before) || !isObject(after)) return [path]
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].flatMap((key) => differences(before[key], after[key], path === "" ? key : `${path}.${key}`))
}

/**
 * What applying `after` would do where `before` is applied; everything is created where nothing is.
 *
 * Refuses what would lose data: another slug, which names everything; a move to or from the pool's database; storage that
 * shrinks, which neither Kubernetes nor RDS can; and the deletion or replacement of what is protected. Refuses what would never
 * end: fewer cores or less memory while servers run, since a namespace's quota counts the old pods and lets no new one in.
 */
export const diffPlans = (before: Plan | undefined, after: Plan): Effect.Effect<ReadonlyArray<Change>, PlanRefused> => {
  if (before !== undefined && before.stack !== after.stack) {
    return refuse("slug", `expected ${before.stack}, since a renamed tenant would be built anew, got ${after.stack}`)
  }
  if (before !== undefined && before.tier !== after.tier && [before.tier, after.tier].includes("pooled")) {
    return refuse(
      "tier",
      `expected ${
        before.tier === "pooled" ? "pooled" : "isolated or dedicated"
      }, since nothing moves the data between the ` +
        `pool's database and one of the tenant's own, got ${after.tier}`
    )
  }
  const old = new Map(before === undefined ? [] : itemsOf(before).map((item) => [item.name, item]))
  const items = itemsOf(after)
  const names = new Set(items.map(({ name }) => name))
  const changes = [
    ...items.flatMap((item) => changeOf(old.get(item.name), item)),
    ...[...old.values()].filter(({ name }) => !names.has(name)).map(({ kind, name }): Change => ({
      action: "delete",
      name,
      kind,
      fields: []
    }))
  ]
  const shrunk = items.find((item) => storageOf(item) < storageOf(old.get(item.name)))
  if (shrunk !== undefined) {
    return refuse("quotas.storage", `expected no less than there is, since ${shrunk.name} cannot shrink`)
  }
  const lost = changes.find(({ action, name }) =>
    (action === "delete" || action === "replace") && old.get(name)?.protect === true
  )
  if (lost !== undefined) return refuse("tier", `expected one that keeps ${lost.name}, which holds data`)
  const scarcer = servesIn(old.values()) && servesIn(items)
    ? quotas.find(({ resource }) => hardOf(items, resource) < hardOf(old.values(), resource))
    : undefined
  if (scarcer !== undefined) {
    return refuse(
      `quotas.${scarcer.field}`,
      "expected no less than there is while servers run, since their pods would leave no room for new ones; " +
        "suspend the tenant, apply this, and resume it"
    )
  }
  return Effect.succeed(changes)
}

/** What deleting a tenant would do: everything goes but its backups. */
export const deletionsOf = (plan: Plan): ReadonlyArray<Change> =>
  itemsOf(plan).flatMap(({ keep, kind, name }) => keep === true ? [] : [{ action: "delete", name, kind, fields: [] }])

const refuse = (field: string, problem: string) => Effect.fail(new PlanRefused({ problems: [{ field, problem }] }))

const changeOf = (before: Item | undefined, { content, kind, name }: Item): ReadonlyArray<Change> => {
  if (before === undefined) return [{ action: "create", name, kind, fields: [] }]
  const fields = differences(before.content, content, "")
  if (fields.length === 0) return []
  return [{ action: fields.some((field) => isImmutable(kind, field)) ? "replace" : "update", name, kind, fields }]
}

const quotas = [{ field: "cpu", resource: "limits.cpu" }, { field: "memory", resource: "limits.memory" }] as const

/** What the namespace may use at most, in thousandths of a core or MiB; none where it has no quota. */
const hardOf = (items: Iterable<Item>, resource: string) => {
  const quota = [...items].find(({ kind }) => kind === "ResourceQuota")
  return Number.parseInt(String(at(quota, "spec", "hard", resource) ?? 0))
}

/** Whether there are servers, and none of them is to stop. */
const servesIn = (items: Iterable<Item>) => {
  const server = [...items].find((item) =>
    item.kind === "Deployment" && at(item, "metadata", "labels", "app.kubernetes.io/component") === "server"
  )
  return server !== undefined && at(server, "spec", "replicas") !== 0
}

/** MiB or GiB of a volume or database, comparable with those of the same thing; 0 for anything else. */
const storageOf = (item: Item | undefined): number => {
  const storage = item?.kind === "PersistentVolumeClaim"
    ? at(item, "spec", "resources", "requests", "storage")
    : at(item, "inputs", "allocatedStorage")
  return Number.parseInt(String(storage ?? 0))
}

/** The field of a thing at a path; `undefined` where there is none. */
const at = (item: Item | undefined, ...path: ReadonlyArray<string>) =>
  path.reduce<unknown>((value, key) => isObject(value) ? value[key] : undefined, item?.content)
