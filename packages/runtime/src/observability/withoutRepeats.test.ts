import { assert, describe, it } from "@effect/vitest"
import { TenantId } from "@innkeeper/config"
import { asTenant } from "@innkeeper/database"
import { Effect, Logger } from "effect"
import { TestClock } from "effect/testing"
import { withoutRepeats } from "./withoutRepeats.ts"

/** What is printed of it. */
const printed = <A, E>(effect: Effect.Effect<A, E>) => {
  const lines: Array<unknown> = []
  const logger = withoutRepeats(Logger.make(({ message }) => void lines.push(message)))
  return Effect.as(Effect.provideService(effect, Logger.CurrentLoggers, new Set([logger])), lines)
}

const lost = Effect.logWarning("Lost it", new Error("away"))

describe("warnings that come again and again", () => {
  it.effect("are printed once in half a minute, with how many were left out", () =>
    Effect.gen(function*() {
      const lines = yield* printed(lost.pipe(
        Effect.andThen(TestClock.adjust("1 second")),
        Effect.repeat({ times: 60 })
      ))
      assert.deepStrictEqual(
        lines.map((line) => Array.isArray(line) ? line[0] : line),
        ["Lost it", "Lost it (29 more like it since the last)", "Lost it (29 more like it since the last)"]
      )
    }))

  it.effect("are others where words, annotations or the tenant differ, and errors are all printed", () =>
    Effect.gen(function*() {
      const acme = TenantId.make("01980000-0000-7000-8000-000000000001")
      const all = Effect.all([
        lost,
        Effect.logWarning("Lost another"),
        Effect.annotateLogs(lost, { incident: "1" }),
        Effect.annotateLogs(lost, { incident: "2" }),
        asTenant(acme)(lost)
      ])
      assert.lengthOf(yield* printed(Effect.andThen(all, all)), 5)
      assert.lengthOf(yield* printed(Effect.replicateEffect(Effect.logError("Broke"), 3)), 3)
    }))

  it.effect("are forgotten when there are very many", () =>
    Effect.gen(function*() {
      const many = Effect.forEach(Array.from({ length: 1001 }), (_, index) => Effect.logWarning(`Lost ${index}`))
      const lines = yield* printed(Effect.andThen(Effect.andThen(lost, many), lost))
      assert.lengthOf(lines, 1003)
    }))
})
