import { Duration, Effect, Layer } from "effect"
import { RateLimiter } from "effect/persistence"

/** What a caller has used of a window, and when the window ends, in milliseconds since 1970. */
interface Window {
  readonly used: number
  readonly ends: number
}

/**
 * Windows of callers, of which those that have ended are forgotten: at the latest when there are twice as many as were open
 * at the last look. Where nearly `most` are open the older half goes, so that no crowd fills the memory.
 */
export const makeWindows = (most: number) => {
  const windows = new Map<string, Window>()
  let look = 1024

  const forget = (now: number) => {
    for (const [key, { ends }] of windows) {
      if (ends <= now) windows.delete(key)
    }
    if (windows.size > most * 3 / 4) {
      for (const key of windows.keys()) {
        if (windows.size <= most / 2) break
        windows.delete(key)
      }
    }
    look = Math.min(most, Math.max(1024, windows.size * 2))
  }

  return {
    /** Takes `tokens` of at most `limit`, each worth `refill` ms. Gives what is used, and the milliseconds until the end. */
    take: (
      { key, limit, refill, tokens }: {
        readonly key: string
        readonly tokens: number
        readonly refill: number
        readonly limit: number | undefined
      },
      now: number
    ): readonly [used: number, left: number] => {
      const stored = windows.get(key)
      const open = stored === undefined || stored.ends <= now ? { used: 0, ends: now } : stored
      const used = open.used + tokens
      if (limit !== undefined && used > limit) return [used, open.ends - now]
      const ends = open.ends + refill * tokens
      windows.set(key, { used, ends })
      if (windows.size > look) forget(now)
      return [used, ends - now]
    },
    /** How many windows are remembered. */
    size: () => windows.size
  }
}

/** Counts of the rate limits in the memory of this process: effect's own store, with fixed windows that are forgotten. */
export const limiterMemory = Layer.effect(
  RateLimiter.RateLimiterStore,
  Effect.map(RateLimiter.RateLimiterStore, (store) => {
    const windows = makeWindows(100_000)
    return RateLimiter.RateLimiterStore.of({
      ...store,
      fixedWindow: ({ key, limit, refillRate, tokens }) =>
        Effect.clockWith((clock) =>
          Effect.sync(() =>
            windows.take({ key, limit, tokens, refill: Duration.toMillis(refillRate) }, clock.currentTimeMillisUnsafe())
          )
        )
    })
  })
).pipe(Layer.provide(RateLimiter.layerStoreMemory))
