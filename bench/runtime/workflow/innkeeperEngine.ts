import { clusterLayer } from "@innkeeper/runtime"
import { Context, Effect, Layer, Schema } from "effect"
import { Workflow, WorkflowEngine } from "effect/workflow"
import type { DatabaseAddress } from "../BenchPostgres.ts"
import { Calls } from "../Calls.ts"
import { innkeeperDatabase } from "../innkeeperDatabase.ts"
import { lieDown, Naps, untilAwake, wake } from "./Naps.ts"
import { OneStep, OneStepLive } from "./OneStep.ts"

const Nap = Workflow.make("bench/Nap", {
  payload: { id: Schema.Int },
  idempotencyKey: ({ id }) => String(id)
})

/** A durable sleep of some milliseconds inside a workflow. */
type Sleep = (
  millis: number
) => Effect.Effect<void, never, WorkflowEngine.WorkflowEngine | WorkflowEngine.WorkflowInstance>

const napLive = (sleep: Sleep) =>
  Nap.toLayer(Effect.fnUntraced(function*({ id }) {
    yield* sleep(lieDown(id))
    wake(id)
  }))

/** The product's engine, one process, as `npm start` runs it. */
export const innkeeperEngine = (address: DatabaseAddress, sleep: Sleep) =>
  Layer.effectContext(
    Effect.map(WorkflowEngine.WorkflowEngine, (engine) => {
      const within = Effect.provideService(WorkflowEngine.WorkflowEngine, engine)
      return Context.make(Calls, { call: (id) => Effect.asVoid(within(OneStep.execute({ id }))) }).pipe(
        Context.add(Naps, { nap: (id) => untilAwake(id, within(Nap.execute({ id }, { discard: true }))) })
      )
    })
  ).pipe(
    Layer.provide([OneStepLive, napLive(sleep)]),
    Layer.provide(clusterLayer({ kind: "embedded" })),
    Layer.provide(innkeeperDatabase(address))
  )
