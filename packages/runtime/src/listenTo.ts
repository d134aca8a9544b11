import { Effect, Queue, Schedule } from "effect"
import { ListenSession } from "./ListenSession.ts"

/**
 * Hands on what commits of any process notify of on a channel of PostgreSQL, while the scope is open. After a lost connection
 * it listens again within a second; what was told meanwhile is lost, so whoever waits for it also looks from time to time.
 */
export const listenTo = Effect.fnUntraced(function*<R>(
  channel: string,
  handle: (payloads: ReadonlyArray<string>) => Effect.Effect<void, never, R>
) {
  const { listen } = yield* ListenSession
  yield* Effect.scoped(Effect.gen(function*() {
    const notifications = yield* listen(channel)
    return yield* Effect.forever(
      Effect.flatMap(Queue.takeAll(notifications), (told) => handle(told.map(({ payload }) => payload)))
    )
  })).pipe(
    Effect.tapError((error) => Effect.logWarning(`Lost the notifications of ${channel}, listening again`, error)),
    Effect.retry(Schedule.spaced("1 second")),
    Effect.forkScoped
  )
})
