import { at, isObject, type ResourceRule } from "../Checked.ts"

const required = ["app.kubernetes.io/managed-by", "innkeeper/environment", "innkeeper/cost-centre"]

/** Cloud resources that cost by themselves. */
const tagged = /^aws:(?:rds\/instance|elasticache\/replicationGroup|s3\/bucket|iam\/role):/

export const labels: ResourceRule = {
  name: "labels",
  description: "Every object, and every cloud resource that costs, says which environment it is of and who pays.",
  problems: (resource) => {
    const path = isObject(resource) ? ["metadata", "labels"] : tagged.test(resource.type) ? ["tags"] : undefined
    if (path === undefined) return []
    const missing = required.filter((label) => typeof at(resource.props, ...path, label) !== "string")
    return missing.map((label) => `${path.join(".")} has to have ${label}.`)
  }
}
