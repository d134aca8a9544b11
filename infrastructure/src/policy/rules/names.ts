import { isName } from "../../plan/names.ts"
import { at, isObject, type ResourceRule, stackOf, textAt } from "../Checked.ts"

/** Kubernetes allows more in these, and they come from outside. */
const ownNames = /^kubernetes:rbac\.authorization\.k8s\.io\//

export const names: ResourceRule = {
  name: "names",
  description: "A logical name begins with the stack's name, and the name of an object is a DNS label.",
  problems: (resource) => {
    const { name, props, type } = resource
    if (type.startsWith("pulumi:")) return []
    const stack = stackOf(resource)
    const prefixed = name === stack || name.startsWith(`${stack}-`)
    const objectName = textAt(props, "metadata", "name")
    const named = !isObject(resource) || ownNames.test(type) || isName(objectName)
    const generated = at(props, "metadata", "generateName") !== undefined
    return [
      ...(prefixed ? [] : [`The logical name has to begin with ${stack}-.`]),
      ...(named && !generated ? [] : ["metadata.name has to be a DNS label of at most 63 characters."])
    ]
  }
}
