import { Duration, Effect, Queue } from "effect"

/** The first pause and the longest. A storm of changes is twelve readings a minute, of the 500 requests that a person may make. */
const [first, longest] = [Duration.seconds(1), Duration.seconds(5)]

/** So long a reading may take before the next one begins all the same. */
const patience = Duration.seconds(15)

/**
 * Reads anew what changes, without end: at once after a time in which nothing did, and in pauses that grow while changes keep
 * coming. Changes that come during a reading are in the next one, and do not begin it again.
 */
export const readAnew = <Change, A>(
  changes: Queue.Dequeue<Change>,
  read: (changed: ReadonlySet<Change>) => Effect.Effect<A>
): Effect.Effect<never> =>
  Effect.suspend(() => {
    let pause = first
    return Effect.gen(function*() {
      const wasQuiet = (yield* Queue.size(changes)) === 0
      const changed = new Set(yield* Queue.takeAll(changes))
      pause = wasQuiet ? first : Duration.min(Duration.times(pause, 2), longest)
      yield* Effect.timeoutOption(read(changed), patience)
      yield* Effect.sleep(pause)
    }).pipe(Effect.forever)
  })
