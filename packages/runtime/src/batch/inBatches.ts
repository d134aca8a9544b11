import { type Cause, Effect, Exit, Request, RequestResolver, Semaphore } from "effect"

interface Ask<In, Out, E> extends Request.Request<Out, E> {
  readonly _tag: "Ask"
  readonly item: In
}

/** Largest size of one batch of several items. */
const largest = 500

/** Splits entries, in order, so that no part of several is larger than a batch may be. */
const split = <A>(entries: ReadonlyArray<A>, sizeOf: (entry: A) => number): ReadonlyArray<ReadonlyArray<A>> => {
  const parts: Array<Array<A>> = []
  let room = 0
  for (const entry of entries) {
    const size = sizeOf(entry)
    const last = parts.at(-1)
    if (last === undefined || size > room) {
      parts.push([entry])
      room = largest - size
    } else {
      last.push(entry)
      room -= size
    }
  }
  return parts
}

/**
 * What is asked while the previous batch is under way is done together in the next: many callers cost few statements and
 * one alone waits for nobody.
 *
 * `run` returns the outcome of each item, in order. When a batch of several fails and `oneAtFault` says that it may be for
 * one of them, they are done one by one, so that only that one fails. A batch of several is at most 500 large; `sizeOf` tells how much an item counts.
 */
export const inBatches = <In, Out, E>(
  run: (items: ReadonlyArray<In>) => Effect.Effect<ReadonlyArray<Out>, E>,
  oneAtFault: (cause: Cause.Cause<E>) => boolean = () => true,
  sizeOf: (item: In) => number = () => 1
): (item: In) => Effect.Effect<Out, E> => {
  const settle = (items: ReadonlyArray<In>): Effect.Effect<ReadonlyArray<Exit.Exit<Out, E>>> =>
    Effect.flatMap(Effect.exit(run(items)), (exit) => {
      if (Exit.isSuccess(exit)) return Effect.succeed(exit.value.map((outcome) => Exit.succeed(outcome)))
      return items.length > 1 && oneAtFault(exit.cause)
        ? Effect.map(Effect.forEach(items, (item) => settle([item])), (exits) => exits.flat())
        : Effect.succeed(items.map(() => Exit.failCause(exit.cause)))
    })
  const turn = Semaphore.makeUnsafe(1)
  const resolver = RequestResolver.make<Ask<In, Out, E>>((entries) =>
    turn.withPermits(1)(Effect.gen(function*() {
      for (const batch of split(entries, ({ request }) => sizeOf(request.item))) {
        const exits = yield* settle(batch.map(({ request }) => request.item))
        batch.forEach((entry, index) => entry.completeUnsafe(exits[index]!))
      }
    }))
  ).pipe(RequestResolver.setDelayEffect(turn.withPermits(1)(Effect.yieldNow)))
  const ask = Request.tagged<Ask<In, Out, E>>("Ask")
  return (item) => Effect.request(ask({ item }), resolver)
}
