import { clusterLayer } from "@innkeeper/runtime"
import { Context, Effect, Layer, Schema } from "effect"
import { DurableClock, Workflow, WorkflowEngine } from "effect/workflow"
import { monotonicMillis } from "../../lib/monotonic.ts"
import type { DatabaseAddress } from "../BenchPostgres.ts"
import { Calls } from "../Calls.ts"
import { innkeeperDatabase } from "../innkeeperDatabase.ts"
import { sideMain } from "../side.ts"
import { measureWorkflows } from "./measureWorkflows.ts"
import { napMillis, Naps } from "./Naps.ts"
import { OneStep, OneStepLive } from "./OneStep.ts"

const Nap = Workflow.make("bench/Nap", {
  payload: { id: Schema.Int },
  success: Schema.Finite,
  idempotencyKey: ({ id }) => String(id)
})

/** When each nap began; a body that is replayed keeps the first time. */
const begun = new Map<number, number>()

const NapLive = Nap.toLayer(Effect.fnUntraced(function*({ id }) {
  const now = yield* monotonicMillis
  const start = begun.get(id) ?? now
  begun.set(id, start)
  yield* DurableClock.sleep({ name: "nap", duration: napMillis, inMemoryThreshold: 0 })
  return (yield* monotonicMillis) - start - napMillis
}))

/** The product's engine, one process, as `npm start` runs it. */
const engine = (address: DatabaseAddress) =>
  Layer.effectContext(
    Effect.map(WorkflowEngine.WorkflowEngine, (engine) => {
      const within = Effect.provideService(WorkflowEngine.WorkflowEngine, engine)
      return Context.make(Calls, { call: (id) => Effect.asVoid(within(OneStep.execute({ id }))) }).pipe(
        Context.add(Naps, { nap: (id) => within(Nap.execute({ id })) })
      )
    })
  ).pipe(
    Layer.provide([OneStepLive, NapLive]),
    Layer.provide(clusterLayer({ kind: "embedded" })),
    Layer.provide(innkeeperDatabase(address))
  )

sideMain((task) => measureWorkflows(task, engine(task.address)))
