import { PgClient } from "@effect/sql-pg"
import { Context, Effect, Layer, PubSub, Queue, Schedule, Stream } from "effect"
import { channel } from "./OutboxStore.ts"

/** Tells readers of the outbox that there may be something new: on commits of any pod, and every second in any case. */
export class OutboxSignal extends Context.Service<OutboxSignal, {
  readonly wakes: Stream.Stream<void>
}>()("runtime/OutboxSignal") {
  static readonly layer = Layer.effect(
    OutboxSignal,
    Effect.gen(function*() {
      const pg = yield* PgClient.PgClient
      const hub = yield* PubSub.sliding<void>(1)

      const listen = Effect.scoped(Effect.gen(function*() {
        const notifications = yield* pg.listen(channel)
        return yield* Effect.forever(Effect.andThen(Queue.takeAll(notifications), PubSub.publish(hub, undefined)))
      }))
      yield* listen.pipe(
        Effect.tapError((error) => Effect.logWarning("Lost the outbox's notifications, listening again", error)),
        Effect.retry(Schedule.spaced("1 second")),
        Effect.forkScoped
      )
      yield* PubSub.publish(hub, undefined).pipe(Effect.repeat(Schedule.spaced("1 second")), Effect.forkScoped)
      return OutboxSignal.of({ wakes: Stream.fromPubSub(hub) })
    })
  )
}
