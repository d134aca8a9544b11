import { Effect } from "effect"
import type { Call } from "./client.ts"

/**
 * Gives up on a call that has no answer after 10 s, with a `TimeoutError`: who waits has to know that it may not have
 * happened. For calls that may be repeated.
 */
export const inTime = <A, E>(call: Call<A, E>) => (api: Parameters<Call<A, E>>[0]) =>
  Effect.timeout(call(api), "10 seconds")
