import { Clock, Effect, Schema } from "effect"
import { progress } from "../lib/progress.ts"
import type { Arrival } from "./MailSink.ts"

/** Pages are missing or came twice: the times then mean nothing. */
export class WrongPages extends Schema.TaggedError<WrongPages>()("WrongPages", {
  expected: Schema.Int,
  lost: Schema.Int,
  doubled: Schema.Int
}) {
  override get message() {
    return `Of ${this.expected} pages ${this.lost} were lost and ${this.doubled} doubled.`
  }
}

/** How long no mail may come before the missing ones count as lost. */
const patience = 30_000

/** How long after the last page a doubled one may still come. */
const afterwards = "3 seconds"

/** Waits until `expected` mails are here, or no more come. `arrivals` grows meanwhile. */
export const awaitPages = Effect.fnUntraced(
  function*(name: string, arrivals: ReadonlyArray<Arrival>, expected: number) {
    yield* progress(() => `${name}: ${arrivals.length} of ${expected} pages handed over`).pipe(Effect.forkScoped)
    const since = yield* Clock.currentTimeMillis
    while (arrivals.length < expected) {
      const last = Math.max(since, arrivals.at(-1)?.at ?? 0)
      if ((yield* Clock.currentTimeMillis) - last > patience) break
      yield* Effect.sleep("50 millis")
    }
    yield* Effect.sleep(afterwards)
  },
  Effect.scoped
)

/** The arrivals by key, if each of the keys has one and only one. */
export const oneEach = (
  arrivals: ReadonlyArray<Arrival>,
  keyOf: (arrival: Arrival) => string,
  keys: ReadonlyArray<string>
): Effect.Effect<ReadonlyMap<string, Arrival>, WrongPages> => {
  const byKey = Map.groupBy(arrivals, keyOf)
  const lost = keys.filter((key) => !byKey.has(key)).length
  const doubled = [...byKey.values()].reduce((sum, { length }) => sum + length - 1, 0)
  const unasked = [...byKey.keys()].length - (keys.length - lost)
  if (lost > 0 || doubled > 0 || unasked > 0) {
    return Effect.fail(new WrongPages({ expected: keys.length, lost, doubled: doubled + unasked }))
  }
  return Effect.succeed(new Map(arrivals.map((arrival) => [keyOf(arrival), arrival])))
}
