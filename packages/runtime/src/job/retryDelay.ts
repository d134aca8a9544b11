import { Duration } from "effect"

/**
 * When a failed attempt is followed by another: `times` more tries after `base`, twice that, four times …, never more than
 * `cap`; or one more try after each of `delays`.
 */
export type RetryPolicy =
  | { readonly times: number; readonly base: Duration.Input; readonly cap: Duration.Input }
  | { readonly delays: ReadonlyArray<Duration.Input> }

export const defaultRetry: RetryPolicy = { times: 10, base: "1 second", cap: "10 minutes" }

/** How many attempts there are in all. */
export const attemptsOf = (policy: RetryPolicy) => 1 + ("delays" in policy ? policy.delays.length : policy.times)

/**
 * The wait after failed attempt number `attempt` (from 1), in milliseconds: 80 to 120 % of the policy's, by `random` from
 * 0 to 1, so that what failed together does not come back together. The same spread as `Schedule.jittered`.
 */
export const retryDelay = (policy: RetryPolicy, attempt: number, random: number) => {
  const plain = "delays" in policy
    ? Duration.toMillis(policy.delays[Math.min(attempt, policy.delays.length) - 1] ?? 0)
    : Math.min(
      Duration.toMillis(policy.cap),
      Duration.toMillis(policy.base) * 2 ** Math.min(attempt - 1, 60)
    )
  return Math.round(plain * (0.8 + 0.4 * random))
}
