/** A resource as a rule sees it: secrets are plain values, so no rule may put a value into a message. */
export interface Checked {
  readonly urn: string
  readonly type: string
  /** Logical name. */
  readonly name: string
  readonly props: Readonly<Record<string, unknown>>
  readonly protect: boolean
}

/** What must be true of every resource by itself. */
export interface ResourceRule {
  readonly name: string
  readonly description: string
  /** What is wrong, one sentence each. */
  readonly problems: (resource: Checked) => ReadonlyArray<string>
}

/** What must be true of all resources of a stack together. */
export interface StackRule {
  readonly name: string
  readonly description: string
  /** What is wrong, each with the URN of the resource that it is about. */
  readonly stackProblems: (resources: ReadonlyArray<Checked>) => ReadonlyArray<{ urn: string; problem: string }>
}

/** The member at the path, whatever is there. */
export const at = (value: unknown, ...path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>(
    (member, key) => typeof member === "object" && member !== null ? Reflect.get(member, key) : undefined,
    value
  )

export const listAt = (value: unknown, ...path: ReadonlyArray<string>): ReadonlyArray<unknown> => {
  const list = at(value, ...path)
  return Array.isArray(list) ? list : []
}

export const textAt = (value: unknown, ...path: ReadonlyArray<string>): string => {
  const text = at(value, ...path)
  return typeof text === "string" ? text : ""
}

const release = "kubernetes:helm.sh/v3:Release"

export const isRelease = ({ type }: Checked) => type === release
export const isObject = ({ type }: Checked) => type.startsWith("kubernetes:") && type !== release

/** Kind of a Kubernetes object; empty for anything else. */
export const kindOf = (resource: Checked) =>
  isObject(resource) ? resource.type.slice(resource.type.lastIndexOf(":") + 1) : ""

/** Name of the stack, out of `urn:pulumi:STACK::PROJECT::TYPES::NAME`. */
export const stackOf = ({ urn }: Checked) => urn.split("::")[0]?.slice("urn:pulumi:".length) ?? ""

/** Whether it is part of a tenant, and not of the cluster or of the engine itself. */
export const isOfTenant = ({ urn }: Checked) => urn.includes("::innkeeper:tenant:Tenant$")

/** Specification of the pods that an object starts. */
export const podsOf = (resource: Checked): unknown => {
  const kind = kindOf(resource)
  if (kind === "CronJob") return at(resource.props, "spec", "jobTemplate", "spec", "template", "spec")
  return ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"].includes(kind)
    ? at(resource.props, "spec", "template", "spec")
    : kind === "Pod"
    ? at(resource.props, "spec")
    : undefined
}

/** All containers that an object starts, those that run before the others among them. */
export const containersOf = (resource: Checked): ReadonlyArray<unknown> => {
  const pods = podsOf(resource)
  return [...listAt(pods, "initContainers"), ...listAt(pods, "containers")]
}
