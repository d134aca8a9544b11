/** Waiting for what a running server does in its own time. Tests only. */
import { Duration, Effect } from "effect"

/** Asks again and again until `accept` likes the answer, and dies with the last answer when that takes too long. */
export const eventually = <A, R>(
  what: string,
  ask: Effect.Effect<A, never, R>,
  accept: (answer: A) => boolean,
  within: Duration.Input = "60 seconds"
) =>
  Effect.suspend(() => {
    let last: A | undefined
    return Effect.gen(function*() {
      for (;;) {
        const answer = yield* ask
        if (accept(answer)) return answer
        last = answer
        yield* Effect.sleep("100 millis")
      }
    }).pipe(
      Effect.timeoutOrElse({
        duration: within,
        orElse: () => Effect.die(new Error(`Not in time: ${what}. Last: ${JSON.stringify(last)?.slice(0, 4000)}`))
      })
    )
  })
