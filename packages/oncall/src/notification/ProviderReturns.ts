import { Duration, Effect, Latch } from "effect"

/** So long a page waits at least after an attempt that failed. */
const least = Duration.seconds(5)

/** Tells pages that wait for a provider that was away when it has taken another one. */
export const makeProviderReturns = () => {
  const away = new Map<string, Latch.Latch>()
  return {
    /** Waits for the duration, or until the provider is back, which is seen by a page that it takes. */
    wait: (provider: string, duration: Duration.Duration) =>
      Effect.suspend(() => {
        const returned = away.get(provider) ?? Latch.makeUnsafe(false)
        away.set(provider, returned)
        const first = Duration.min(duration, least)
        return Effect.andThen(
          Effect.sleep(first),
          Effect.raceFirst(Effect.sleep(Duration.subtract(duration, first)), returned.await)
        )
      }),
    /** The provider has taken a page. */
    note: (provider: string) =>
      Effect.sync(() => {
        away.get(provider)?.openUnsafe()
        away.delete(provider)
      })
  }
}
