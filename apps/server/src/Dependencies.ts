import { Mailer } from "@innkeeper/platform"
import { Health, runtimeHealth, Unhealthy } from "@innkeeper/runtime"
import { Effect, Layer } from "effect"
import { watchHealth } from "./watchHealth.ts"

/** Asks the mail server at most every 30 s, so that probes are no load on it. */
const mail = Layer.unwrap(Effect.gen(function*() {
  const { verify } = yield* Mailer
  const check = yield* verify.pipe(
    Effect.mapError(() => new Unhealthy({ reason: "the mail server does not take us" })),
    Effect.result,
    Effect.cachedWithTTL("30 seconds")
  )
  return Health.check({
    name: "mail",
    required: false,
    timeout: "5 seconds",
    check: Effect.flatMap(check, Effect.fromResult)
  })
}))

/** What `/health` looks at. */
export const dependencies = Layer.mergeAll(runtimeHealth, mail, watchHealth)
