import { at, kindOf, listAt, podsOf, type ResourceRule, textAt } from "../Checked.ts"

const required = ["livenessProbe", "readinessProbe"]

export const probes: ResourceRule = {
  name: "probes",
  description: "What runs for ever says whether it lives and whether it is ready.",
  problems: (resource) =>
    ["Deployment", "StatefulSet", "DaemonSet"].includes(kindOf(resource))
      ? listAt(podsOf(resource), "containers").flatMap((container) =>
        required.filter((probe) => at(container, probe) === undefined).map((probe) =>
          `The container ${textAt(container, "name")} has to have a ${probe}.`
        )
      )
      : []
}
