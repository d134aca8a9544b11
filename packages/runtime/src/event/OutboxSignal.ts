import { Context, Effect, Layer, Queue, Schedule, Stream } from "effect"
import { ListenSession } from "../ListenSession.ts"
import { listenTo } from "../listenTo.ts"
import type { Cursor } from "./Cursor.ts"
import { OutboxSession } from "./OutboxSession.ts"
import { channel, horizon } from "./OutboxStore.ts"

/** A reader that waits for events of some types, or of any. */
interface Waiting {
  readonly types: ReadonlySet<string> | null
  readonly wake: Queue.Queue<void>
}

/** Tells readers of the outbox that there may be something new: on commits of any pod, and every second in any case. */
export class OutboxSignal extends Context.Service<OutboxSignal, {
  /** One element when something may be new, however much is; of the types only, where any are given. */
  readonly wakes: (types?: ReadonlyArray<string>) => Stream.Stream<void>
  /** A place before all events that come from what was built upon this. */
  readonly began: Cursor
}>()("runtime/OutboxSignal") {
  /** Gives `OutboxSession` as well, in which its readers read. */
  static readonly layer = Layer.effect(
    OutboxSignal,
    Effect.gen(function*() {
      const waiting = new Set<Waiting>()
      const began = yield* horizon.pipe(
        Effect.tapError((error) => Effect.logWarning("Could not find out where the outbox ends", error)),
        Effect.retry(Schedule.spaced("1 second"))
      )

      const wakeAll = Effect.sync(() => waiting.forEach(({ wake }) => Queue.offerUnsafe(wake, undefined)))
      const wakeFor = (types: ReadonlyArray<string>) =>
        Effect.sync(() =>
          waiting.forEach((reader) => {
            if (reader.types === null || types.some((type) => reader.types?.has(type))) {
              Queue.offerUnsafe(reader.wake, undefined)
            }
          })
        )

      yield* listenTo(channel, (payloads) => wakeFor(payloads.flatMap((payload) => payload.split(","))))
      yield* wakeAll.pipe(Effect.repeat(Schedule.spaced("1 second")), Effect.forkScoped)

      const register = (types: ReadonlyArray<string> | undefined) =>
        Effect.acquireRelease(
          Effect.map(Queue.sliding<void>(1), (wake) => {
            const reader: Waiting = { types: types === undefined ? null : new Set(types), wake }
            waiting.add(reader)
            return reader
          }),
          (reader) => Effect.andThen(Effect.sync(() => waiting.delete(reader)), Queue.shutdown(reader.wake))
        )

      return OutboxSignal.of({
        began,
        wakes: (types) => Stream.unwrap(Effect.map(register(types), ({ wake }) => Stream.fromQueue(wake)))
      })
    })
  ).pipe(Layer.provide(ListenSession.layer), Layer.merge(OutboxSession.layer))
}
