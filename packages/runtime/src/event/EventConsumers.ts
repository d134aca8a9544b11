import { platformWork } from "@innkeeper/database"
import { Context, type DateTime, Effect, Layer } from "effect"
import { ConsumerNotFound, type ConsumerReplay, type ConsumerState } from "./ConsumerState.ts"
import { findConsumers, rewindConsumer } from "./ConsumerStore.ts"
import { tellReaders } from "./OutboxStore.ts"

/** The consumers of events, for those who run the platform. */
export class EventConsumers extends Context.Service<EventConsumers, {
  /** Every consumer that was seen in the last month, by name. */
  readonly list: Effect.Effect<ReadonlyArray<ConsumerState>>
  /**
   * Gives a consumer all its events since `from` again, in their order, on whichever pod it runs. Handlers are idempotent:
   * what they did stays done once. Events are kept for 7 days; the answer tells from when on they come.
   */
  readonly replay: (name: string, from: DateTime.Utc) => Effect.Effect<ConsumerReplay, ConsumerNotFound>
}>()("runtime/EventConsumers") {
  static readonly layer = Layer.effect(
    EventConsumers,
    Effect.gen(function*() {
      const across = yield* platformWork("event consumers")

      return EventConsumers.of({
        list: across(findConsumers).pipe(Effect.withSpan("EventConsumers.list")),
        replay: Effect.fn("EventConsumers.replay")((name, from) =>
          across(Effect.gen(function*() {
            const rewound = yield* rewindConsumer(name, from)
            if (rewound === null) return yield* new ConsumerNotFound({ name })
            yield* tellReaders(rewound.types)
            return rewound.replay
          }))
        )
      })
    })
  )
}
