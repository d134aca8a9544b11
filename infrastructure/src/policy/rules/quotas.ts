import { at, type Checked, kindOf, listAt, type StackRule, textAt } from "../Checked.ts"

const namespaceOf = ({ props }: Checked) => textAt(props, "metadata", "namespace")

/** Selects all pods, lets nothing in and nothing out. */
const deniesAll = ({ props }: Checked) => {
  const selector = at(props, "spec", "podSelector")
  const types = listAt(props, "spec", "policyTypes")
  return JSON.stringify(selector) === "{}" && types.includes("Ingress") && types.includes("Egress") &&
    listAt(props, "spec", "ingress").length + listAt(props, "spec", "egress").length === 0
}

const needed = [
  { what: "a ResourceQuota", is: (resource: Checked) => kindOf(resource) === "ResourceQuota" },
  { what: "a LimitRange", is: (resource: Checked) => kindOf(resource) === "LimitRange" },
  {
    what: "a NetworkPolicy that denies all",
    is: (resource: Checked) => kindOf(resource) === "NetworkPolicy" && deniesAll(resource)
  }
]

const isTenants = ({ props }: Checked) => at(props, "metadata", "labels", "innkeeper/tenant") !== undefined

export const quotas: StackRule = {
  name: "quotas",
  description: "A tenant's namespace has a quota, limits and a closed network.",
  stackProblems: (resources) =>
    resources.filter((resource) => kindOf(resource) === "Namespace" && isTenants(resource)).flatMap((namespace) => {
      const name = textAt(namespace.props, "metadata", "name")
      const within = resources.filter((resource) => namespaceOf(resource) === name)
      return needed.filter(({ is }) => !within.some(is)).map(({ what }) => ({
        urn: namespace.urn,
        problem: `The namespace ${name} has to have ${what}.`
      }))
    })
}
