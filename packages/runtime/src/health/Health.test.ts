import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Scope } from "effect"
import { TestClock } from "effect/testing"
import { Health, type HealthCheck, Unhealthy } from "./Health.ts"

const works: HealthCheck = { name: "works", required: true, check: Effect.void }
const broken = (required: boolean): HealthCheck => ({
  name: "broken",
  required,
  check: Effect.fail(new Unhealthy({ reason: "is away" }))
})

/** The report once what was found before is too old. */
const freshReport = Effect.gen(function*() {
  const { report } = yield* Health
  yield* TestClock.adjust("1 second")
  return yield* report
})

layer(Layer.fresh(Health.layer))("health", (it) => {
  it.effect("is ready when everything works", () =>
    Effect.gen(function*() {
      const { register } = yield* Health
      yield* register(works)
      const { dependencies, ready, status } = yield* freshReport
      assert.deepStrictEqual([status, ready], ["ok", true])
      assert.deepStrictEqual(dependencies.map(({ name, status }) => [name, status]), [["works", "ok"]])
    }).pipe(Effect.scoped))

  it.effect("is degraded, and ready, without what is not required", () =>
    Effect.gen(function*() {
      const { register } = yield* Health
      yield* register(works)
      yield* register(broken(false))
      const { dependencies, ready, status } = yield* freshReport
      assert.deepStrictEqual([status, ready], ["degraded", true])
      assert.deepStrictEqual(dependencies.map(({ reason }) => reason), [undefined, "is away"])
    }).pipe(Effect.scoped))

  it.effect("is down, and not ready, without what is required", () =>
    Effect.gen(function*() {
      const { register } = yield* Health
      yield* register(broken(true))
      yield* register(broken(false))
      const { ready, status } = yield* freshReport
      assert.deepStrictEqual([status, ready], ["down", false])
    }).pipe(Effect.scoped))

  it.effect("tells of a check that dies no more than that it failed", () =>
    Effect.gen(function*() {
      const { register } = yield* Health
      yield* register({ ...works, check: Effect.die("password=hunter2") })
      const { dependencies } = yield* freshReport
      assert.deepStrictEqual(dependencies.map(({ reason, status }) => [status, reason]), [["down", "failed"]])
    }).pipe(Effect.scoped))

  it.effect("does not wait longer than a check's timeout, even for one that cannot be interrupted", () =>
    Effect.gen(function*() {
      const { register } = yield* Health
      const end = yield* Deferred.make<void>()
      yield* register({ ...works, timeout: "3 seconds", check: Effect.uninterruptible(Deferred.await(end)) })
      yield* TestClock.adjust("1 second")
      const report = yield* Effect.forkScoped((yield* Health).report)
      yield* TestClock.adjust("2999 millis")
      assert.isUndefined(report.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      const [dependency] = (yield* Fiber.join(report)).dependencies
      assert.deepStrictEqual(
        [dependency!.status, dependency!.reason, dependency!.milliseconds],
        ["down", "no answer in time", 3000]
      )
      yield* Deferred.succeed(end, undefined)
    }).pipe(Effect.scoped))

  it.effect("looks at most once a second, however many ask", () =>
    Effect.gen(function*() {
      const { register, report } = yield* Health
      let looks = 0
      yield* register({ ...works, check: Effect.sync(() => looks++) })
      yield* TestClock.adjust("1 second")
      yield* Effect.all([report, report, report], { concurrency: "unbounded" })
      yield* report
      assert.strictEqual(looks, 1)
      yield* freshReport
      assert.strictEqual(looks, 2)
    }).pipe(Effect.scoped))

  it.effect("forgets a dependency whose scope has ended", () =>
    Effect.gen(function*() {
      const { register } = yield* Health
      yield* Effect.scoped(register(broken(true)))
      assert.deepStrictEqual((yield* freshReport).dependencies, [])
    }))
})

layer(Layer.fresh(Health.layer))("readiness on shutdown", (it) => {
  it.effect("falls at once, and everything else goes on for the grace period", () =>
    Effect.gen(function*() {
      const { report } = yield* Health
      const scope = yield* Scope.make()
      let open = true
      const server = Layer.effectDiscard(Effect.addFinalizer(() =>
        Effect.sync(() => {
          open = false
        })
      ))
      yield* Layer.buildWithScope(Layer.provideMerge(Health.stopFirst("5 seconds"), server), scope)
      assert.isTrue((yield* report).ready)
      const closing = yield* Effect.forkScoped(Scope.close(scope, Exit.void))
      yield* TestClock.adjust("4999 millis")
      const { ready, status, stopping } = yield* report
      assert.deepStrictEqual([ready, stopping, status, open], [false, true, "ok", true])
      yield* TestClock.adjust("1 millis")
      yield* Fiber.join(closing)
      assert.isFalse(open)
    }).pipe(Effect.scoped))
})

layer(Layer.fresh(Health.layer))("a process that cannot help itself", (it) => {
  it.effect("says each reason once, for as long as somebody has it", () =>
    Effect.gen(function*() {
      const { reasonsToRestart, stuck } = yield* Health
      const first = yield* Scope.make()
      const second = yield* Scope.make()
      for (const scope of [first, second]) yield* Scope.provide(stuck("no answer"), scope)
      assert.deepStrictEqual(yield* reasonsToRestart, ["no answer"])
      yield* Scope.close(first, Exit.void)
      assert.deepStrictEqual(yield* reasonsToRestart, ["no answer"])
      yield* Scope.close(second, Exit.void)
      assert.deepStrictEqual(yield* reasonsToRestart, [])
    }))
})
