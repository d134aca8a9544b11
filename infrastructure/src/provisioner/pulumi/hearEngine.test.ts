import { assert, describe, it } from "@effect/vitest"
import type { ProvisionEvent } from "@innkeeper/config"
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js"
import { Deferred, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { failedAs, hearEngine } from "./hearEngine.ts"
import { CliMissing, CommandFailed, type Listener } from "./TenantStack.ts"

const error = (message: string): EngineEvent => ({
  sequence: 1,
  timestamp: 1,
  diagnosticEvent: { message, color: "raw", severity: "error" }
})

const said = (event: EngineEvent): ReadonlyArray<ProvisionEvent> => [
  { _tag: "Said", level: "info", message: event.diagnosticEvent?.message ?? "" }
]

describe("a command of the engine", () => {
  it.effect("tells in order, and gives signs of life while it says nothing", () =>
    Effect.gen(function*() {
      const told: Array<string> = []
      const end = yield* Deferred.make<void>()
      const running = yield* Effect.forkChild(hearEngine(
        (listen: Listener) => {
          listen(error("one"))
          listen(error("two"))
          return Deferred.await(end)
        },
        said,
        (event) => Effect.sync(() => void told.push(event._tag === "Said" ? event.message : event._tag))
      ))
      yield* TestClock.adjust("11 minutes")
      assert.deepStrictEqual(told, ["one", "two", "Still at work, for 5 minutes.", "Still at work, for 10 minutes."])
      yield* Deferred.succeed(end, undefined)
      yield* Fiber.join(running)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(told.length, 4)
    }))

  it.effect("fails with what the engine told of, or else with what the CLI printed", () =>
    Effect.gen(function*() {
      const failing = (events: ReadonlyArray<EngineEvent>) =>
        Effect.flip(hearEngine(
          (listen: Listener) => {
            events.forEach(listen)
            return new CommandFailed({ complaint: "warning: slow\nerror: no credentials\nerror: no region\n" })
          },
          () => [],
          () => Effect.void
        ))
      const told = yield* failing([error("a node is full"), error("a node is full"), error("update failed")])
      assert.deepStrictEqual(told._tag === "ProvisionFailed" && told.problems, ["a node is full"])
      const printed = yield* failing([])
      assert.deepStrictEqual(printed._tag === "ProvisionFailed" && printed.problems, ["no credentials", "no region"])
    }))

  it("that cannot be run says what to install, and one that says nothing is not silent", () => {
    assert.match(failedAs(new CliMissing()).message, /install it/)
    assert.match(failedAs(new CommandFailed({ complaint: "" })).message, /did not say why/)
    assert.strictEqual(failedAs(new CommandFailed({ complaint: "a\n\nb" })).message, "a\nb")
  })
})
