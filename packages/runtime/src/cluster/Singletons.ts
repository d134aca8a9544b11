import { Effect, Layer, Schedule } from "effect"
import { Singleton } from "effect/cluster"
import { hostname } from "node:os"
import { survive } from "../survive.ts"
import { Expectations } from "./Expectations.ts"
import { beat } from "./SingletonStore.ts"

/** Which process this is, as operators know it: in Kubernetes the host's name is the pod's. */
const runner = `${hostname()}:${process.pid}`

/** How often the pod that runs a singleton says so. */
const interval = "15 seconds"

const heartbeat = (name: string) =>
  beat(name, runner).pipe(
    survive(`The singleton ${name} could not write its heartbeat`),
    Effect.repeat(Schedule.spaced(interval))
  )

/**
 * Runs an effect on one pod at a time, whatever their number, and has its heartbeat written to the database: health is
 * degraded when nobody runs it. The effect starts anew where the singleton moves to, so it keeps its state in the database.
 */
const layer = <E, R>(name: string, run: Effect.Effect<void, E, R>) =>
  Layer.merge(
    Layer.effectDiscard(Effect.flatMap(Expectations, ({ expect }) => expect("singleton", name))),
    Singleton.make(name, Effect.andThen(Effect.forkScoped(heartbeat(name)), run))
  ).pipe(Layer.provide(Expectations.layer))

export const Singletons = { layer }
