import { at, containersOf, kindOf, listAt, podsOf, type ResourceRule, textAt } from "../Checked.ts"

const ofPods = [
  { wrong: (pods: unknown) => at(pods, "hostNetwork") === true, problem: "A pod may not use the node's network." },
  {
    wrong: (pods: unknown) => at(pods, "hostPID") === true || at(pods, "hostIPC") === true,
    problem: "A pod may not see the node's processes."
  },
  {
    wrong: (pods: unknown) => listAt(pods, "volumes").some((volume) => at(volume, "hostPath") !== undefined),
    problem: "A pod may not mount the node's files."
  },
  {
    wrong: (pods: unknown) => at(pods, "securityContext", "seccompProfile", "type") !== "RuntimeDefault",
    problem: "A pod has to have the seccomp profile RuntimeDefault."
  }
]

const ofContainers = [
  { wrong: (context: unknown) => at(context, "privileged") === true, problem: "may not be privileged" },
  {
    wrong: (context: unknown) => at(context, "allowPrivilegeEscalation") !== false,
    problem: "has to refuse more privileges than it starts with"
  },
  {
    wrong: (context: unknown) =>
      !listAt(context, "capabilities", "drop").includes("ALL") || listAt(context, "capabilities", "add").length > 0,
    problem: "has to drop all capabilities"
  },
  {
    wrong: (context: unknown) => at(context, "runAsNonRoot") !== true,
    problem: "has to run as another user than root"
  },
  {
    wrong: (context: unknown) => at(context, "readOnlyRootFilesystem") !== true,
    problem: "has to have a root file system that it cannot write"
  }
]

const ofService = (type: string) =>
  type === "NodePort" || type === "LoadBalancer" ? ["A Service may not open a port of the nodes."] : []

export const noPrivilege: ResourceRule = {
  name: "no-privilege",
  description: "No pod has more rights than Pod Security `restricted` gives.",
  problems: (resource) => {
    const pods = podsOf(resource)
    return [
      ...(kindOf(resource) === "Service" ? ofService(textAt(resource.props, "spec", "type")) : []),
      ...(pods === undefined ? [] : ofPods.filter(({ wrong }) => wrong(pods)).map(({ problem }) => problem)),
      ...containersOf(resource).flatMap((container) =>
        ofContainers.filter(({ wrong }) => wrong(at(container, "securityContext"))).map(({ problem }) =>
          `The container ${textAt(container, "name")} ${problem}.`
        )
      )
    ]
  }
}
