import { Clock, Duration, Effect, Latch, Layer } from "effect"
import { Sharding } from "effect/cluster"
import { ListenSession } from "../ListenSession.ts"
import { listenTo } from "../listenTo.ts"
import { survive } from "../survive.ts"
import { StorageReads } from "./Messages.ts"
import { channel, firstDue } from "./TimerStore.ts"

/** Rest between two wakes, so that a thousand timers of one second cost few reads. A timer is late by as much at most. */
const rest = Duration.millis(20)

/** How long a timer may stay unseen whose notification was lost. */
const longestSleep = Duration.seconds(5)

/**
 * Wakes the cluster when its next stored message is due, such as the end of a durable sleep: the engine alone would find it
 * at its next poll. Each pod sleeps until the first timer that it knows of; a commit of any pod with an earlier one tells it.
 */
export const TimersLive = Layer.effectDiscard(Effect.gen(function*() {
  const sharding = yield* Sharding.Sharding
  const { askDatabase } = yield* StorageReads
  const earlier = yield* Latch.make(false)
  let next = Infinity

  yield* listenTo(channel, (payloads) =>
    Effect.suspend(() => {
      const first = Math.min(...payloads.map(Number))
      if (!(first < next)) return Effect.void
      next = first
      return earlier.open
    }))

  /** Until the next timer is due, or an earlier one was told of. */
  const wait = Effect.gen(function*() {
    yield* earlier.close
    const now = yield* Clock.currentTimeMillis
    yield* Effect.timeoutOption(
      earlier.await,
      Math.min(Math.max(0, next - now), Duration.toMillis(longestSleep))
    )
  })

  let seen = yield* Clock.currentTimeMillis
  const round = Effect.gen(function*() {
    yield* wait
    const now = yield* Clock.currentTimeMillis
    if (next <= now) {
      yield* askDatabase
      yield* sharding.pollStorage
      yield* Effect.sleep(rest)
    }
    // What became due since the last look is still to be woken; what is being handled is looked for once more.
    next = Math.min(yield* firstDue(Math.min(seen, now)), next > now ? next : Infinity)
    seen = now
  })
  yield* round.pipe(
    survive("Could not look for the next timer", "1 second"),
    Effect.forever,
    Effect.withTracerEnabled(false),
    Effect.forkScoped
  )
})).pipe(Layer.provide(ListenSession.layer))
