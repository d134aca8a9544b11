import { Match } from "effect"
import { kubernetesObject } from "../kubernetesObject.ts"
import type { OwnTenant } from "../OwnTenant.ts"

/** Who keeps their place when a node is full. The value of a class cannot change, so each tier has a name of its own. */
export const priorityName = ({ config, named }: Pick<OwnTenant, "config" | "named">) => named(`priority-${config.tier}`)

const valueOf = Match.type<OwnTenant["config"]["tier"]>().pipe(
  Match.when("isolated", () => 10_000),
  Match.when("dedicated", () => 20_000),
  Match.exhaustive
)

export const priority = (tenant: OwnTenant) => [
  kubernetesObject(priorityName(tenant), {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name: priorityName(tenant), labels: tenant.labels },
    value: valueOf(tenant.config.tier),
    preemptionPolicy: "PreemptLowerPriority"
  })
]
