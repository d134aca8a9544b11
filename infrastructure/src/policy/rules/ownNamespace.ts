import { namespaceOf } from "../../plan/names.ts"
import {
  at,
  type Checked,
  isObject,
  isOfTenant,
  isRelease,
  kindOf,
  type ResourceRule,
  stackOf,
  textAt
} from "../Checked.ts"

/** What a tenant has in the namespace of the pool, under names of its own. */
const ofPool = ["Ingress", "Certificate"]

const problemOf = (resource: Checked): string | undefined => {
  const { name, props } = resource
  const slug = stackOf(resource)
  const kind = kindOf(resource)
  const objectName = textAt(props, "metadata", "name")
  const namespace = textAt(props, "metadata", "namespace")
  if (textAt(props, "metadata", "labels", "innkeeper/tenant") !== slug) {
    return `The label innkeeper/tenant has to be ${slug}.`
  }
  if (kind === "Namespace") return objectName === namespaceOf(slug) ? undefined : `The namespace is not ${slug}'s.`
  if (kind === "PriorityClass") return objectName.startsWith(`${slug}-`) ? undefined : `The class is not ${slug}'s.`
  const pooled = at(props, "metadata", "labels", "innkeeper/tier") === "pooled"
  if (pooled) {
    return ofPool.includes(kind) && objectName.startsWith(`${slug}-pool-`) && namespace !== ""
      ? undefined
      : `A pooled tenant has nothing but ${ofPool.join(" and ")} of its own, and ${name} is none.`
  }
  return namespace === namespaceOf(slug) ? undefined : `The object is not in the namespace ${namespaceOf(slug)}.`
}

export const ownNamespace: ResourceRule = {
  name: "own-namespace",
  description: "A tenant's stack has no object outside the tenant's namespace, and no chart.",
  problems: (resource) => {
    if (!isOfTenant(resource)) return []
    if (isRelease(resource)) return ["A tenant's stack may not release a chart."]
    const problem = isObject(resource) ? problemOf(resource) : undefined
    return problem === undefined ? [] : [problem]
  }
}
