import { clusterLayer } from "@innkeeper/runtime"
import { Context, Effect, Layer, Schema } from "effect"
import { DurableClock, Workflow, WorkflowEngine } from "effect/workflow"
import type { DatabaseAddress } from "../BenchPostgres.ts"
import { Calls } from "../Calls.ts"
import { innkeeperDatabase } from "../innkeeperDatabase.ts"
import { sideMain } from "../side.ts"
import { measureWorkflows } from "./measureWorkflows.ts"
import { lieDown, Naps, untilAwake, wake } from "./Naps.ts"
import { OneStep, OneStepLive } from "./OneStep.ts"

const Nap = Workflow.make("bench/Nap", {
  payload: { id: Schema.Int },
  idempotencyKey: ({ id }) => String(id)
})

const NapLive = Nap.toLayer(Effect.fnUntraced(function*({ id }) {
  yield* DurableClock.sleep({ name: "nap", duration: lieDown(id), inMemoryThreshold: 0 })
  wake(id)
}))

/** The product's engine, one process, as `npm start` runs it. */
const engine = (address: DatabaseAddress) =>
  Layer.effectContext(
    Effect.map(WorkflowEngine.WorkflowEngine, (engine) => {
      const within = Effect.provideService(WorkflowEngine.WorkflowEngine, engine)
      return Context.make(Calls, { call: (id) => Effect.asVoid(within(OneStep.execute({ id }))) }).pipe(
        Context.add(Naps, { nap: (id) => untilAwake(id, within(Nap.execute({ id }, { discard: true }))) })
      )
    })
  ).pipe(
    Layer.provide([OneStepLive, NapLive]),
    Layer.provide(clusterLayer({ kind: "embedded" })),
    Layer.provide(innkeeperDatabase(address))
  )

sideMain((task) => measureWorkflows(task, engine(task.address)))
