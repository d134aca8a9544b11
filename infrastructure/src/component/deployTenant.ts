import { decodeTenantConfig } from "@innkeeper/config"
import * as pulumi from "@pulumi/pulumi"
import { Effect, Result } from "effect"
import type { Service } from "../plan/OwnTenant.ts"
import { decodePlanEnvironment } from "../plan/PlanEnvironment.ts"
import { planTenant } from "../plan/planTenant.ts"
import { Tenant } from "./Tenant.ts"

const planned = Effect.fnUntraced(function*(config: unknown, environment: unknown, service: Service) {
  return yield* planTenant(yield* decodeTenantConfig(config), yield* decodePlanEnvironment(environment), service)
})

/**
 * Deploys one tenant, whatever its tier, into the environment: the whole of a stack's program. Both arguments are as
 * their files say them; what is wrong with them ends the program with one sentence for each field.
 *
 * With `suspended: true` in the stack's configuration no server runs, and all else stays.
 *
 * The stack has the tenant's slug as its name, so a tenant that is renamed does not find its stack, instead of being
 * built anew.
 */
export const deployTenant = (config: unknown, environment: unknown): Tenant => {
  const service = new pulumi.Config().getBoolean("suspended") === true ? "suspended" : "active"
  const result = Effect.runSync(Effect.result(planned(config, environment, service)))
  if (Result.isFailure(result)) throw new pulumi.RunError(result.failure.message)
  const plan = result.success
  const stack = pulumi.getStack()
  if (stack !== plan.stack) {
    throw new pulumi.RunError(`slug: expected ${stack}, which the stack is named, got ${plan.stack}`)
  }
  return new Tenant(plan)
}
