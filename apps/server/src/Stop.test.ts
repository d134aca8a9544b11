import { assert, describe, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { join } from "node:path"
import { launch } from "./e2e/process.fixture.ts"

const stopped = Effect.fnUntraced(function*(part: "ends" | "hangs") {
  const process_ = yield* launch(process.execPath, [join(import.meta.dirname, "stop.fixture.ts"), part])
  yield* Effect.sync(process_.output).pipe(
    Effect.repeat({ schedule: Schedule.spaced("20 millis"), until: (output) => output.includes("running") })
  )
  yield* process_.signal("SIGTERM")
  const { code, signal } = yield* process_.ended
  return { code, signal, output: process_.output() }
})

describe("A process that is told to stop", () => {
  it.live("ends by itself, with part that does not let itself be ended", () =>
    Effect.gen(function*() {
      const { code, output, signal } = yield* stopped("hangs")
      assert.deepStrictEqual([code, signal], [1, null])
      assert.include(output, "Some work could not be ended in 300ms; it goes on after the next start.")
    }).pipe(Effect.scoped))

  it.live("is not kept waiting, and says nothing, when all parts end", () =>
    Effect.gen(function*() {
      const { output } = yield* stopped("ends")
      assert.strictEqual(output, "running\nended\n")
    }).pipe(Effect.scoped))
})
