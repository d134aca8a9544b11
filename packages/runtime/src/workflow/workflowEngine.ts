import { Effect, Layer } from "effect"
import { ClusterWorkflowEngine, Sharding } from "effect/cluster"
import { SqlClient } from "effect/sql"
import { WorkflowEngine } from "effect/workflow"
import { releaseWorkflow } from "./HeldMessageStore.ts"
import { KnownWorkflows } from "./KnownWorkflows.ts"

/** Effect's engine, which tells `KnownWorkflows` of what registers and takes up what was held for it. */
export const workflowEngine = Layer.effect(
  WorkflowEngine.WorkflowEngine,
  Effect.gen(function*() {
    const engine = yield* WorkflowEngine.WorkflowEngine
    const known = yield* KnownWorkflows
    const sharding = yield* Sharding.Sharding
    const sql = yield* SqlClient.SqlClient
    const register: WorkflowEngine.WorkflowEngine["Service"]["register"] = Effect.fnUntraced(
      function*(workflow, execute) {
        yield* known.add(workflow)
        yield* engine.register(workflow, execute)
        yield* releaseWorkflow(workflow._tag).pipe(
          Effect.provideService(SqlClient.SqlClient, sql),
          Effect.orDie
        )
        yield* sharding.pollStorage
      }
    )
    return WorkflowEngine.WorkflowEngine.of({ ...engine, register })
  })
).pipe(Layer.provide(ClusterWorkflowEngine.layer))
