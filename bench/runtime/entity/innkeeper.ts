import { clusterLayer } from "@innkeeper/runtime"
import { Effect, Layer, Schema } from "effect"
import { ClusterSchema, Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"
import type { DatabaseAddress } from "../BenchPostgres.ts"
import { Calls, measureCalls } from "../Calls.ts"
import { innkeeperDatabase } from "../innkeeperDatabase.ts"
import { Meter } from "../Meter.ts"
import { sideMain } from "../side.ts"

const Counter = Entity.make("bench/Counter", [
  Rpc.make("Add", { payload: { id: Schema.String }, primaryKey: ({ id }) => id, success: Schema.Int })
]).annotateRpcs(ClusterSchema.Persisted, true)

const CounterLive = Counter.toLayer(Effect.sync(() => {
  let total = 0
  return Counter.of({ Add: () => Effect.sync(() => ++total) })
}))

/** Entities that the calls are spread over. */
const entities = 64

/** Calls that are stored before they are handled, with replies that are stored before they are given. */
const calls = (address: DatabaseAddress) =>
  Layer.effect(
    Calls,
    Effect.map(Counter.client, (client) =>
      Calls.of({
        call: (index) => Effect.orDie(Effect.asVoid(client(`counter-${index % entities}`).Add({ id: String(index) })))
      }))
  ).pipe(
    Layer.provide(CounterLive),
    Layer.provide(clusterLayer({ kind: "embedded" })),
    Layer.provide(innkeeperDatabase(address))
  )

sideMain(({ address, scale }) =>
  // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
  Effect.provide(measureCalls(scale), Layer.merge(calls(address), Meter.layer(address)))
)
