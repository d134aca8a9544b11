import { NodeServices } from "@effect/platform-node"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { aws, garage } from "../testing/state.fixture.ts"
import { bootstrap, type Found, stepsFrom } from "./bootstrap.ts"
import { Engine } from "./Engine.ts"
import { backendUrl, type StateSettings } from "./StateSettings.ts"

/** Stands for Pulumi's CLI: stacks by backend, with the number of their resources. */
const fakeEngine = (breaksAt?: string) => {
  const stacks = new Map<string, number>()
  const commands: Array<string> = []
  let exported = 0
  let broken = breaksAt
  const run = (backend: string, args: ReadonlyArray<string>) =>
    Effect.sync(() => {
      const command = args.slice(0, 2).join(" ")
      const at = backend.startsWith("file:") ? "local" : "remote"
      const here = stacks.get(at)
      const ended = (code: number, output = "", complaint = "") => ({ code, output, complaint })
      if (command !== "stack export" || args.includes("--file")) commands.push(`${at}: ${args.join(" ")}`)
      if (broken !== undefined && `${at}: ${command}` === broken) {
        broken = undefined
        return ended(1, "", "the network is down")
      }
      if (command === "stack init") {
        if (here !== undefined) return ended(1, "", "stack exists")
        stacks.set(at, 0)
        return ended(0)
      }
      if (here === undefined) return ended(1, "", "no stack named 'bootstrap' found")
      if (args[0] === "up") stacks.set(at, 7)
      if (command === "stack export" && args.includes("--file")) exported = here
      if (command === "stack import") stacks.set(at, exported)
      return ended(
        0,
        JSON.stringify({ deployment: here === 0 ? {} : { resources: Array.from({ length: here }, () => ({})) } })
      )
    })
  return { commands, stacks, service: Engine.of({ run }) }
}

describe("stepsFrom", () => {
  const remotes: ReadonlyArray<Found["remote"]> = ["absent", "empty", "full"]

  it("is empty when all is done, and removes a copy that was left", () => {
    assert.deepStrictEqual(stepsFrom({ remote: "full", local: false }, "aws"), [])
    assert.deepStrictEqual(stepsFrom({ remote: "full", local: true }, "aws"), ["remove local copy"])
  })

  it("moves the state last but for the removal, and never makes a second one where one is", () => {
    for (const remote of remotes) {
      for (const local of [true, false]) {
        const steps = stepsFrom({ remote, local }, "aws")
        assert.strictEqual(steps.includes("create"), remote !== "full" && !local)
        if (steps.includes("move")) assert.deepStrictEqual(steps.slice(-3), ["encrypt", "move", "remove local copy"])
      }
    }
  })
})

describe("bootstrap", () =>
  layer(NodeServices.layer)((it) => {
    const start = Effect.fnUntraced(function*(
      engine: ReturnType<typeof fakeEngine>,
      settings: StateSettings,
      changes: { readonly folder: string; readonly unattended?: boolean; readonly answer?: boolean }
    ) {
      const questions: Array<string> = []
      const steps = yield* bootstrap({
        settings,
        folder: changes.folder,
        unattended: changes.unattended ?? false,
        confirm: (question) => Effect.sync(() => (questions.push(question), changes.answer ?? true)),
        tell: () => Effect.void
      }).pipe(Effect.provideService(Engine, engine.service))
      return { questions, steps }
    })

    const emptyFolder = Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      return `${yield* fs.makeTempDirectoryScoped()}/state`
    })

    it.effect("makes bucket and key, encrypts by the key, moves the state there, and leaves no copy", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const engine = fakeEngine()
        const folder = yield* emptyFolder
        const { questions } = yield* start(engine, aws, { folder })
        assert.strictEqual(questions.length, 1)
        assert.deepStrictEqual(engine.commands.map((command) => command.split(" ").slice(0, 3).join(" ")), [
          "local: stack init",
          "local: up --stack",
          "local: stack change-secrets-provider",
          "local: stack export",
          "remote: stack init",
          "remote: stack import"
        ])
        const provider = "awskms://alias/innkeeper-state?region=eu-central-1"
        assert.include(engine.commands[2], provider)
        assert.include(engine.commands[4], `--secrets-provider ${provider}`)
        assert.strictEqual(engine.stacks.get("remote"), 7)
        assert.isFalse(yield* fs.exists(folder))
      }).pipe(Effect.scoped))

    it.effect("does nothing and asks nothing the second time", () =>
      Effect.gen(function*() {
        const engine = fakeEngine()
        const folder = yield* emptyFolder
        yield* start(engine, aws, { folder })
        const before = engine.commands.length
        assert.deepStrictEqual(yield* start(engine, aws, { folder }), { questions: [], steps: [] })
        assert.strictEqual(engine.commands.length, before)
      }).pipe(Effect.scoped))

    it.effect("goes on where a run broke off, wherever that was", () =>
      Effect.forEach(
        ["local: up --stack", "local: stack change-secrets-provider", "remote: stack init", "remote: stack import"],
        (breaksAt) =>
          Effect.gen(function*() {
            const engine = fakeEngine(breaksAt)
            const folder = yield* emptyFolder
            const error = yield* Effect.flip(start(engine, aws, { folder }))
            assert.match(error.message, /^pulumi .* failed: the network is down$/)
            yield* start(engine, aws, { folder })
            assert.strictEqual(engine.stacks.get("remote"), 7, breaksAt)
            assert.strictEqual(engine.commands.filter((command) => command.startsWith("local: stack init")).length, 1)
          })
      ).pipe(Effect.scoped))

    it.effect("keeps the local copy when nothing arrived in the bucket", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const engine = fakeEngine()
        const folder = yield* emptyFolder
        const run: typeof engine.service.run = (backend, args) =>
          args[1] === "import"
            ? Effect.succeed({ code: 0, output: "", complaint: "" })
            : engine.service.run(backend, args)
        const error = yield* Effect.flip(start({ ...engine, service: Engine.of({ run }) }, aws, { folder }))
        assert.match(error.message, /the state in the bucket is empty$/)
        assert.isTrue(yield* fs.exists(folder))
      }).pipe(Effect.scoped))

    it.effect("keeps the state in Garage, by a passphrase", () =>
      Effect.gen(function*() {
        const engine = fakeEngine()
        yield* start(engine, garage, { folder: yield* emptyFolder })
        assert.notInclude(engine.commands.join("\n"), "change-secrets-provider")
        assert.include(engine.commands.join("\n"), "aws:s3UsePathStyle=true")
        assert.strictEqual(engine.stacks.get("remote"), 7)
        assert.strictEqual(
          backendUrl(garage),
          "s3://innkeeper-state?region=garage&endpoint=https%3A%2F%2Fgarage.innkeeper.example&s3ForcePathStyle=true"
        )
      }).pipe(Effect.scoped))

    it.effect("refuses in CI and after a no, and does nothing then", () =>
      Effect.gen(function*() {
        const engine = fakeEngine()
        const folder = yield* emptyFolder
        for (const changes of [{ unattended: true }, { answer: false }]) {
          const error = yield* Effect.flip(start(engine, aws, { folder, ...changes }))
          assert.strictEqual(error._tag, "BootstrapRefused")
        }
        assert.deepStrictEqual(engine.commands, [])
      }).pipe(Effect.scoped))
  }))
