import { Cache, Effect, Exit, Option } from "effect"

/** How long a change made by another server may stay unnoticed. */
const timeToLive = "5 seconds"

/**
 * Remembers for five seconds what `find` found; what it did not find, it looks for again.
 *
 * `forget` takes effect at once, also for what is being looked for while it is called.
 */
export const makeShortMemory = Effect.fnUntraced(function*<const Args extends ReadonlyArray<string>, A>(
  find: (...args: Args) => Effect.Effect<Option.Option<A>>
) {
  let generation = 0
  const cache = yield* Cache.makeWith(
    // A text is found without comparing what it is made of.
    (key: string) => find(...(JSON.parse(key) as readonly [number, Args])[1]),
    { capacity: 10_000, timeToLive: (exit) => Exit.isSuccess(exit) && Option.isSome(exit.value) ? timeToLive : 0 }
  )
  return {
    get: (...args: Args) => Effect.suspend(() => Cache.get(cache, JSON.stringify([generation, args]))),
    forget: Effect.sync(() => {
      generation += 1
    })
  }
})
