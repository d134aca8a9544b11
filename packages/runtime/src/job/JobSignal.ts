import { withPlatform } from "@innkeeper/database"
import { Context, Effect, Layer, Schedule, type Scope } from "effect"
import { planByIndex } from "../byIndex.ts"
import { ListenSession } from "../ListenSession.ts"
import { listenTo } from "../listenTo.ts"
import { survive } from "../survive.ts"
import { channel, parseMessage } from "./jobMessage.ts"
import { partitionsWithWork } from "./JobPartitionStore.ts"
import { type Owner, OwnersHere, placeName } from "./OwnersHere.ts"

/**
 * Tells the owners of partitions that there is something to do: on the commit of any process, and every second where a job
 * is ready, due or to be cancelled, in case a notification was lost. What this process stores itself it gives to an owner that
 * it has, without a notification.
 */
export class JobSignal extends Context.Service<JobSignal, {
  /** Tells the owner while the scope is open. */
  readonly watch: (owner: Owner) => Effect.Effect<void, never, Scope.Scope>
}>()("runtime/JobSignal") {
  static readonly layer = Layer.effect(
    JobSignal,
    Effect.gen(function*() {
      const { add, owners } = yield* OwnersHere

      yield* listenTo(channel, (payloads) =>
        Effect.sync(() => {
          for (const { message, partitions } of payloads.map(parseMessage)) {
            for (const partition of partitions) owners.get(partition)?.tell(message)
          }
        }))

      const look = Effect.gen(function*() {
        if (owners.size === 0) return
        const found = yield* withPlatform("jobs to do")(
          Effect.andThen(planByIndex, partitionsWithWork([...owners.values()]))
        )
        for (const place of found) owners.get(placeName(place))?.tell(place.message)
      })
      yield* look.pipe(
        survive("Could not look for jobs to do"),
        Effect.repeat(Schedule.spaced("1 second")),
        Effect.withTracerEnabled(false),
        Effect.forkScoped
      )

      return JobSignal.of({ watch: add })
    })
  ).pipe(Layer.provide(ListenSession.layer))
}
