import { Effect } from "effect"

/** Runs an effect unless another of the same key is under way: it is left to that one. Each call has keys of its own. */
export const unlessUnderWay = () => {
  const underWay = new Set<string>()
  return <E, R>(key: string, effect: Effect.Effect<void, E, R>) =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        const isFree = !underWay.has(key)
        underWay.add(key)
        return isFree
      }),
      (isFree) => isFree ? effect : Effect.void,
      (isFree) => Effect.sync(() => isFree && underWay.delete(key))
    )
}
