import { TestDatabase } from "@innkeeper/testkit"
import { Effect, Layer, Schedule } from "effect"
import { clusterLayer, type ClusterMode } from "../cluster/Cluster.ts"
import { migrations } from "../Migrations.ts"

/** What the pods of a test share. */
export const database = TestDatabase.layer([migrations])

/** A pod that knows `workflows`. */
export const pod = <R>(workflows: Layer.Layer<never, never, R>, mode: ClusterMode = { kind: "embedded" }) =>
  Layer.provideMerge(workflows, clusterLayer(mode))

/** Runs `effect` while a pod works; it stops at the end. */
export const whileWorking = <P, E, R>(layer: Layer.Layer<P, E, R>) => <A, E2, R2>(effect: Effect.Effect<A, E2, R2>) =>
  Effect.scoped(Effect.flatMap(Layer.build(Layer.fresh(layer)), (context) => Effect.provideContext(effect, context)))

/** What `look` sees once it holds; gives up after twenty seconds with what it saw last. */
export const eventually = <A, E, R>(look: Effect.Effect<A, E, R>, holds: (seen: A) => boolean) =>
  Effect.repeat(look, { until: holds, schedule: Schedule.spaced("20 millis"), times: 1000 }).pipe(
    Effect.filterOrElse(holds, (seen) => Effect.die(new Error(`Waited in vain; last seen: ${seen}`)))
  )
