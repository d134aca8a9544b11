import { Clock, Duration, Effect, Schema } from "effect"
import { type Distribution, distributionOf } from "./distribution.ts"
import { connections, post } from "./post.ts"
import { progress } from "./progress.ts"

/** An answer that was not 2xx: what was measured then is not what was meant to be. */
export class NotAccepted extends Schema.TaggedError<NotAccepted>()("NotAccepted", { status: Schema.Int }) {}

/** What a load showed: answer times in milliseconds, and how many requests a second were accepted. */
export interface Load extends Distribution {
  readonly perSecond: number
}

interface Target {
  /** Names the load in progress lines. */
  readonly name: string
  readonly url: string
  /** Body of request number `index`, counted from 0. */
  readonly body: (index: number) => string
  /** Called with the time (milliseconds since 1970) at which request number `index` was sent and answered. */
  readonly onAnswer?: (index: number, sent: number, answered: number) => void
}

const recorder = Effect.fnUntraced(function*(target: Target, sockets: number) {
  const agent = yield* connections(sockets)
  const url = new URL(target.url)
  const clock = yield* Clock.Clock
  const times: Array<number> = []
  yield* progress(() => `${target.name}: ${times.length} accepted`).pipe(Effect.forkScoped)
  const one = Effect.fnUntraced(function*(index: number) {
    const body = target.body(index)
    const sent = clock.currentTimeMillisUnsafe()
    const started = clock.monotonicTimeNanosUnsafe()
    const status = yield* post(agent, url, body)
    times.push(Number(clock.monotonicTimeNanosUnsafe() - started) / 1e6)
    if (status < 200 || status >= 300) return yield* new NotAccepted({ status })
    target.onAnswer?.(index, sent, clock.currentTimeMillisUnsafe())
  })
  return { one, times }
})

/**
 * Closed loop: `senders` that each send one request after the other, for a time or a number of requests, whichever ends
 * first.
 */
export const saturate = Effect.fnUntraced(
  function*(
    target: Target & { readonly senders: number; readonly lasting?: Duration.Input; readonly requests?: number }
  ) {
    const { one, times } = yield* recorder(target, target.senders)
    const started = yield* Clock.currentTimeMillis
    const end = started + Duration.toMillis(target.lasting ?? Duration.infinity)
    const limit = target.requests ?? Number.POSITIVE_INFINITY
    let next = 0
    const sender = Effect.gen(function*() {
      while (next < limit && (yield* Clock.currentTimeMillis) < end) yield* one(next++)
    })
    yield* Effect.all(Array.from({ length: target.senders }, () => sender), { concurrency: "unbounded", discard: true })
    return loadOf(times, (yield* Clock.currentTimeMillis) - started)
  },
  Effect.scoped
)

/** Open loop: `perSecond` requests a second, whether or not the earlier ones are answered. */
export const steady = Effect.fnUntraced(
  function*(target: Target & { readonly perSecond: number; readonly lasting: Duration.Input }) {
    const { one, times } = yield* recorder(target, 256)
    const started = yield* Clock.currentTimeMillis
    const total = Math.round(Duration.toSeconds(target.lasting) * target.perSecond)
    const dueAt = (index: number) => started + (index * 1000) / target.perSecond
    yield* Effect.forEach(
      Array.from({ length: total }, (_, index) => index),
      (index) =>
        Clock.currentTimeMillis.pipe(
          Effect.flatMap((now) => Effect.sleep(Math.max(0, dueAt(index) - now))),
          Effect.andThen(one(index))
        ),
      { concurrency: "unbounded", discard: true }
    )
    return loadOf(times, (yield* Clock.currentTimeMillis) - started)
  },
  Effect.scoped
)

const loadOf = (times: ReadonlyArray<number>, milliseconds: number): Load => ({
  ...distributionOf(times),
  perSecond: times.length / (milliseconds / 1000)
})
