import { Effect, Layer } from "effect"
import { ClusterWorkflowEngine, Sharding } from "effect/cluster"
import { SqlClient } from "effect/sql"
import { Workflow, WorkflowEngine } from "effect/workflow"
import { KnownWorkflows } from "./KnownWorkflows.ts"
import { wakeParent, wasCancelled } from "./wakeParent.ts"

/**
 * How long a run that ended, or that waits put away, stays in memory; the engine looks every five seconds. With its own ten
 * seconds a pod that does 800 runs a second would hold as many entities as it may (`maxResidentEntities`), and then begin no
 * new one until some have left.
 */
const idleTime = "1 second"

const brieflyResident = Layer.effect(
  Sharding.Sharding,
  Effect.map(Sharding.Sharding, (sharding) =>
    Sharding.Sharding.of({
      ...sharding,
      registerEntity: (entity, handlers, options) =>
        sharding.registerEntity(entity, handlers, { ...options, maxIdleTime: idleTime })
    }))
)

/** Effect's engine, which tells `KnownWorkflows` of what registers, and wakes the parents of cancelled children. */
export const workflowEngine = Layer.effect(
  WorkflowEngine.WorkflowEngine,
  Effect.gen(function*() {
    const engine = yield* WorkflowEngine.WorkflowEngine
    const known = yield* KnownWorkflows
    const sharding = yield* Sharding.Sharding
    const sql = yield* SqlClient.SqlClient
    const woken = (name: string, executionId: string) =>
      wakeParent(name, executionId).pipe(
        Effect.provideService(SqlClient.SqlClient, sql),
        Effect.provideService(Sharding.Sharding, sharding),
        Effect.catchCause((cause) => Effect.logError("Could not wake the parent of a cancelled run", cause))
      )
    const register: WorkflowEngine.WorkflowEngine["Service"]["register"] = Effect.fnUntraced(
      function*(workflow, execute) {
        yield* known.add(workflow)
        yield* engine.register(workflow, (payload, executionId) =>
          Effect.andThen(
            Workflow.addFinalizer((exit) => wasCancelled(exit) ? woken(workflow._tag, executionId) : Effect.void),
            execute(payload, executionId)
          ))
      }
    )
    return WorkflowEngine.WorkflowEngine.of({ ...engine, register })
  })
).pipe(Layer.provide(Layer.provide(ClusterWorkflowEngine.layer, brieflyResident)))
