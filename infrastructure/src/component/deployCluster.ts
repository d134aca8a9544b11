import * as pulumi from "@pulumi/pulumi"
import { Effect, Result } from "effect"
import { decodeClusterSettings } from "../cluster/ClusterSettings.ts"
import { planCluster } from "../cluster/planCluster.ts"
import { decodePlanEnvironment } from "../plan/PlanEnvironment.ts"
import { Planned } from "./Planned.ts"

const planned = Effect.fnUntraced(function*(stack: string, settings: unknown, environment: unknown) {
  return yield* planCluster(stack, yield* decodePlanEnvironment(environment), yield* decodeClusterSettings(settings))
})

/**
 * Deploys what the tenants of an environment stand on: the whole of the program of the cluster's stack. Both arguments are
 * as their files say them; what is wrong with them ends the program with one sentence for each field.
 */
export const deployCluster = (settings: unknown, environment: unknown): Planned => {
  const result = Effect.runSync(Effect.result(planned(pulumi.getStack(), settings, environment)))
  if (Result.isFailure(result)) throw new pulumi.RunError(result.failure.message)
  return new Planned("innkeeper:cluster:Cluster", result.success)
}
