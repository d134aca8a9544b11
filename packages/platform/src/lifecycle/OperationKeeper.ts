import { platformWork } from "@innkeeper/database"
import { Singletons, survive } from "@innkeeper/runtime"
import { Duration, Effect, Layer, Option, Schedule } from "effect"
import { CurrentAdmin } from "../console/AdminActor.ts"
import { findUndoneRestorations, findUnfinished } from "./OperationStore.ts"
import { TenantLifecycle } from "./TenantLifecycle.ts"
import { RunTenantOperation } from "./TenantOperationWorkflow.ts"
import { TenantSteps } from "./TenantSteps.ts"

/**
 * Starts operations that were stored and not started, as when a process ended between the two, and ends those whose run has
 * ended without a word, as when somebody cancelled the run. Off-boardings that a restoration ended which was undone begin
 * again. Starting twice is starting once.
 */
export const keepOperations = Effect.gen(function*() {
  const across = yield* platformWork("tenant operations")
  const lifecycle = yield* TenantLifecycle
  const steps = yield* TenantSteps
  for (const operation of yield* across(findUnfinished)) {
    const run = yield* RunTenantOperation.poll(operation.runId ?? "")
    if (Option.isNone(run)) {
      if (operation.status === "queued") yield* lifecycle.start(operation)
      continue
    }
    if (run.value._tag === "Complete") yield* steps.giveUp(operation.id)
  }
  for (const { actor, slug } of yield* across(findUndoneRestorations)) {
    yield* lifecycle.operate(slug, { kind: "offboard" }).pipe(
      Effect.provideService(CurrentAdmin, actor),
      Effect.catch((problem) =>
        Effect.logWarning("An off-boarding could not begin again", problem).pipe(Effect.annotateLogs({ tenant: slug }))
      )
    )
  }
})

/** Does so on one pod, every few seconds. */
export const OperationKeeper = (options: { readonly every: Duration.Input } = { every: "5 seconds" }) =>
  Layer.unwrap(Effect.map(
    Effect.context<Effect.Services<typeof keepOperations>>(),
    (context) =>
      Singletons.layer(
        "tenant-operations",
        keepOperations.pipe(
          Effect.provideContext(context),
          survive("Could not look after the operations of tenants"),
          Effect.repeat(Schedule.spaced(options.every)),
          Effect.asVoid
        )
      )
  ))
