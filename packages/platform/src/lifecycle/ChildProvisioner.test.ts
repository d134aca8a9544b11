import { assert, layer } from "@effect/vitest"
import type { ProvisionRequest } from "@innkeeper/config"
import { Deferred, Duration, Effect, Fiber, Layer, Stream } from "effect"
import { SecureRandom } from "effect/crypto"
import { childProvisioner } from "./ChildProvisioner.ts"
import { Provisioner } from "./Provisioner.ts"
import { eventually, Scripted, scriptedProgram, scriptedProvisioner } from "./Provisioners.fixture.ts"

const request = (action: ProvisionRequest["action"] = "apply"): ProvisionRequest => ({
  operation: SecureRandom.uuidV7Unsafe(),
  action,
  config: { slug: "acme", tier: "isolated" },
  service: "active",
  restoreFrom: null,
  before: null
})

const run = (wanted = request(), stop: Effect.Effect<void> = Effect.never) =>
  Effect.flatMap(Provisioner, (provisioner) => Stream.runCollect(provisioner.run(wanted, stop)))

const isRunning = (line: string) => {
  try {
    return process.kill(Number(line.split(" ")[0]), 0)
  } catch {
    return false
  }
}

const Live = scriptedProvisioner("1 minute").pipe(Layer.provideMerge(Scripted.layer))

layer(Live, { excludeTestServices: true, timeout: "60 seconds" })("a provisioner as a process", (it) => {
  const problem = (script: Parameters<Scripted["Service"]["play"]>[0]) =>
    Effect.gen(function*() {
      yield* (yield* Scripted).play(script)
      const { problems, refused } = yield* Effect.flip(run())
      return { problem: problems.join(), refused }
    })

  it.effect("tells of what it does, and ends with Done", () =>
    Effect.gen(function*() {
      yield* (yield* Scripted).play("build")
      const events = yield* run()
      assert.deepStrictEqual(events.map(({ _tag }) => _tag), ["Planned", "Progress", "Progress", "Done"])
    }))

  it.effect("is left when it is done and does not end", () =>
    Effect.gen(function*() {
      const scripted = yield* Scripted
      yield* scripted.play("linger")
      assert.strictEqual((yield* run()).at(-1)?._tag, "Done")
      yield* eventually(scripted.began, (began) => !began.some(isRunning))
    }))

  it.effect("sees the variables that it is given, and no other", () =>
    Effect.gen(function*() {
      const scripted = yield* Scripted
      yield* scripted.play("build")
      yield* run()
      assert.strictEqual((yield* scripted.began).at(-1)?.split(" ")[3], "PATH")
    }))

  it.effect("fails with what it says, or with a sentence when it breaks the protocol", () =>
    Effect.gen(function*() {
      const failed = yield* problem("fail")
      assert.deepStrictEqual(failed, { problem: "The quota of the cluster is used up\u0000", refused: false })
      assert.isTrue((yield* problem("refuse")).refused)
      assert.include((yield* problem("garbage")).problem, "not understood: Updating (acme)")
      assert.include((yield* problem("crash")).problem, "ended with code 3 before it was done")
      yield* eventually((yield* Scripted).began, (began) => !began.some(isRunning))
    }))

  it.effect("is ended when it says nothing for too long", () =>
    Effect.gen(function*() {
      const impatient = yield* Layer.build(scriptedProvisioner("1 second"))
      assert.include(
        (yield* Effect.provideContext(problem("silent"), impatient)).problem,
        "The provisioner said nothing for 1 second"
      )
      yield* eventually((yield* Scripted).began, (began) => !began.some(isRunning))
    }).pipe(Effect.scoped))

  it.effect("stops in good order when it is asked to", () =>
    Effect.gen(function*() {
      const scripted = yield* Scripted
      yield* scripted.play("hold")
      const stop = yield* Deferred.make<void>()
      const wanted = request()
      const running = yield* Effect.forkChild(run(wanted, Deferred.await(stop)))
      const began = yield* eventually(scripted.began, (began) => began.some((line) => line.includes(wanted.operation)))
      yield* Deferred.succeed(stop, undefined)
      assert.include((yield* Effect.flip(Fiber.join(running))).problems[0], "before it was done")
      assert.include(yield* scripted.stopped, began.at(-1)!.split(" ")[0])
      assert.notInclude((yield* scripted.effects).join("\n"), wanted.operation)
    }))

  it.effect("is gone when nobody waits for it any more", () =>
    Effect.gen(function*() {
      const scripted = yield* Scripted
      yield* scripted.play("hold")
      const wanted = request()
      const running = yield* Effect.forkChild(run(wanted))
      yield* eventually(scripted.began, (began) => began.some((line) => line.includes(wanted.operation)))
      yield* Fiber.interrupt(running)
      assert.isFalse((yield* scripted.began).some(isRunning))
    }))

  it.effect("says which program cannot be run", () =>
    Effect.gen(function*() {
      const broken = childProvisioner({
        adapter: "render",
        program: [`${scriptedProgram}.missing`],
        environment: {},
        silence: Duration.seconds(10),
        grace: Duration.seconds(1)
      })
      const context = yield* Layer.build(broken)
      const { problems } = yield* Effect.flip(run().pipe(Effect.provideContext(context)))
      assert.include(problems[0], "ended with code 1")
    }).pipe(Effect.scoped))
})
