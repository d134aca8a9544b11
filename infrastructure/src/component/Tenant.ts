import type * as pulumi from "@pulumi/pulumi"
import type { Plan } from "../plan/Plan.ts"
import { Planned } from "./Planned.ts"

/** One tenant, as its plan says. */
export class Tenant extends Planned {
  constructor(plan: Plan, options: pulumi.ComponentResourceOptions = {}) {
    super("innkeeper:tenant:Tenant", plan, options)
    this.registerOutputs({ host: plan.dns[0]?.name, domains: plan.domains })
  }
}
