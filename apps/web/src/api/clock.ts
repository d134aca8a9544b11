import { DateTime, Effect, Option } from "effect"
import { HttpClient } from "effect/http"

/** Milliseconds that two clocks may differ and be left as they are: the head of an answer tells whole seconds. */
const usual = 5000

/** So many answers are remembered: a clock that is set right in the meantime counts as right soon after. */
const remembered = 8

/**
 * Milliseconds to add to the device's clock for the server's, from how far the device was ahead of the `Date` of its last
 * answers. The least of these is nearest: on its way an answer can only grow older.
 */
export const correction = (ahead: ReadonlyArray<number>): number => {
  const least = Math.min(...ahead)
  return ahead.length === 0 || Math.abs(least) <= usual ? 0 : -least
}

/** How far the device was ahead of the last answers, in milliseconds, the newest last. */
let ahead: ReadonlyArray<number> = []

/** Learns the server's clock from what it answers. */
export const learningClock = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  HttpClient.tap(client, ({ headers }) =>
    Effect.map(DateTime.now, (now) => {
      const sent = Option.getOrNull(DateTime.make(headers["date"] ?? ""))
      if (sent !== null) ahead = [...ahead, now.epochMilliseconds - sent.epochMilliseconds].slice(-remembered)
    }))

/** The current instant by the server's clock, with whose times it is compared: the device's may be wrong. */
export const serverNow = (): DateTime.Utc => DateTime.add(DateTime.nowUnsafe(), { milliseconds: correction(ahead) })
