import { Layer } from "effect"
import { OperationKeeper } from "./OperationKeeper.ts"
import { StepEffects } from "./StepEffects.ts"
import { TenantLifecycle } from "./TenantLifecycle.ts"
import { TenantOperationLive } from "./TenantOperationWorkflow.ts"
import { TenantPlans } from "./TenantPlans.ts"
import { type LeaseOptions, TenantProvisioning } from "./TenantProvisioning.ts"
import { TenantSteps } from "./TenantSteps.ts"

/** What carries out the operations on tenants, and the service that takes them. It stands on a `Provisioner` and the cluster. */
export const lifecycleWorkers = (options: {
  readonly retentionDays: number
  readonly lease?: LeaseOptions
  readonly undoTries?: number
}) =>
  Layer.merge(TenantOperationLive, OperationKeeper()).pipe(
    Layer.provideMerge(TenantLifecycle.layer(options)),
    Layer.provide([TenantPlans.layer(options), TenantSteps.layer(options)]),
    Layer.provide(StepEffects.layer),
    Layer.provide(TenantProvisioning.layer(options.lease))
  )
