import { type Cause, Effect, Exit, Request, RequestResolver, Semaphore } from "effect"

interface Ask<In, Out, E> extends Request.Request<Out, E> {
  readonly _tag: "Ask"
  readonly item: In
}

/** Most items of one batch. */
const largest = 500

/**
 * What is asked while the previous batch is under way is done together in the next: many callers cost few statements and
 * one alone waits for nobody.
 *
 * `run` returns the outcome of each item, in order. When a batch of several fails and `oneAtFault` says that it may be for
 * one of them, they are done one by one, so that only that one fails.
 */
export const inBatches = <In, Out, E>(
  run: (items: ReadonlyArray<In>) => Effect.Effect<ReadonlyArray<Out>, E>,
  oneAtFault: (cause: Cause.Cause<E>) => boolean = () => true
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
      for (let from = 0; from < entries.length; from += largest) {
        const batch = entries.slice(from, from + largest)
        const exits = yield* settle(batch.map(({ request }) => request.item))
        batch.forEach((entry, index) => entry.completeUnsafe(exits[index]!))
      }
    }))
  ).pipe(RequestResolver.setDelayEffect(turn.withPermits(1)(Effect.yieldNow)))
  const ask = Request.tagged<Ask<In, Out, E>>("Ask")
  return (item) => Effect.request(ask({ item }), resolver)
}
