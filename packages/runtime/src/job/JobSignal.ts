import { withPlatform } from "@innkeeper/database"
import { Context, Effect, Layer, Schedule, type Scope } from "effect"
import { planByIndex } from "../byIndex.ts"
import { ListenSession } from "../ListenSession.ts"
import { listenTo } from "../listenTo.ts"
import { channel, type JobMessage, parseMessage } from "./jobMessage.ts"
import { type PartitionPlace, partitionsWithWork } from "./JobPartitionStore.ts"

interface Watching extends PartitionPlace {
  readonly tell: (message: JobMessage) => void
}

/**
 * Tells the owners of partitions that there is something to do: on the commit of any process, and every second where a job
 * is ready, due or to be cancelled, in case a notification was lost.
 */
export class JobSignal extends Context.Service<JobSignal, {
  /** Tells of the partition while the scope is open. `tell` must return at once. */
  readonly watch: (
    place: PartitionPlace,
    tell: (message: JobMessage) => void
  ) => Effect.Effect<void, never, Scope.Scope>
}>()("runtime/JobSignal") {
  static readonly layer = Layer.effect(
    JobSignal,
    Effect.gen(function*() {
      const watching = new Map<string, Watching>()

      yield* listenTo(channel, (payloads) =>
        Effect.sync(() => {
          for (const { message, partitions } of payloads.map(parseMessage)) {
            for (const partition of partitions) watching.get(partition)?.tell(message)
          }
        }))

      const look = Effect.gen(function*() {
        if (watching.size === 0) return
        const found = yield* withPlatform("jobs to do")(
          Effect.andThen(planByIndex, partitionsWithWork([...watching.values()]))
        )
        for (const { message, partition, queue } of found) watching.get(`${queue}/${partition}`)?.tell(message)
      })
      yield* look.pipe(
        Effect.catch((error) => Effect.logWarning("Could not look for jobs to do", error)),
        Effect.repeat(Schedule.spaced("1 second")),
        Effect.withTracerEnabled(false),
        Effect.forkScoped
      )

      return JobSignal.of({
        watch: (place, tell) =>
          Effect.acquireRelease(
            Effect.sync(() => watching.set(`${place.queue}/${place.partition}`, { ...place, tell })),
            () => Effect.sync(() => watching.delete(`${place.queue}/${place.partition}`))
          )
      })
    })
  ).pipe(Layer.provide(ListenSession.layer))
}
