import { decodeTenantConfig } from "@innkeeper/config"
import * as pulumi from "@pulumi/pulumi"
import { Effect, Result } from "effect"
import type { PlanOptions } from "../plan/OwnTenant.ts"
import { decodePlanEnvironment } from "../plan/PlanEnvironment.ts"
import { planTenant } from "../plan/planTenant.ts"
import { optionsOf } from "./stackSettings.ts"
import { Tenant } from "./Tenant.ts"

const planned = Effect.fnUntraced(function*(config: unknown, environment: unknown, options: PlanOptions) {
  return yield* planTenant(yield* decodeTenantConfig(config), yield* decodePlanEnvironment(environment), options)
})

/**
 * Deploys one tenant, whatever its tier, into the environment: the whole of a stack's program. Both arguments are as
 * their files say them; what is wrong with them ends the program with one sentence for each field.
 *
 * The stack's configuration says what else is asked: `suspended` runs no server and keeps all else, `backup` and
 * `restoreFrom` name a backup to make and one to begin an empty database with, and `release` lets go of what is protected.
 *
 * The stack has the tenant's slug as its name, so a tenant that is renamed does not find its stack, instead of being
 * built anew.
 */
export const deployTenant = (config: unknown, environment: unknown): Tenant => {
  const result = Effect.runSync(Effect.result(planned(config, environment, optionsOf(new pulumi.Config()))))
  if (Result.isFailure(result)) throw new pulumi.RunError(result.failure.message)
  const plan = result.success
  const stack = pulumi.getStack()
  if (stack !== plan.stack) {
    throw new pulumi.RunError(`slug: expected ${stack}, which the stack is named, got ${plan.stack}`)
  }
  return new Tenant(plan)
}
