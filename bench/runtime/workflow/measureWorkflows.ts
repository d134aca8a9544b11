import { Effect, Layer } from "effect"
import { type Calls, measureCalls } from "../Calls.ts"
import { Meter } from "../Meter.ts"
import type { Task } from "../side.ts"
import { measureNaps, type Naps } from "./Naps.ts"

/** What a side with a workflow engine can be asked for. */
export const measureWorkflows = <E>(
  { address, measure, scale }: Task,
  engine: Layer.Layer<Calls | Naps, E>
) => {
  const measured: Effect.Effect<unknown, never, Calls | Naps | Meter> = measure === "naps"
    ? measureNaps(scale)
    : measureCalls(scale)
  // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
  return Effect.provide(measured, Layer.merge(engine, Meter.layer(address)))
}
