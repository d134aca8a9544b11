import type { TenantConfig } from "@innkeeper/config"
import type { PlanEnvironment } from "./PlanEnvironment.ts"

/** What every object of a tenant carries: who it belongs to and who pays. */
export const labelsOf = (config: TenantConfig, environment: PlanEnvironment): Record<string, string> => ({
  "app.kubernetes.io/name": "innkeeper",
  "app.kubernetes.io/instance": config.slug,
  "app.kubernetes.io/managed-by": "pulumi",
  "innkeeper/tenant": config.slug,
  "innkeeper/tier": config.tier,
  "innkeeper/environment": environment.name,
  "innkeeper/cost-centre": environment.costCentre
})

/** The parts of a tenant that pods belong to. */
export type Component = "server" | "database" | "cache" | "database-job" | "backup" | "move"

/** Which pods are of a component. Never changes, since selectors of workloads cannot. */
export const selectorOf = (slug: string, component: Component): Record<string, string> => ({
  "app.kubernetes.io/name": "innkeeper",
  "app.kubernetes.io/instance": slug,
  "app.kubernetes.io/component": component
})
