import { NodeFileSystem } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { ownTenant } from "@innkeeper/testkit"
import { Effect } from "effect"
import { join } from "node:path"
import { programFolder } from "../Program.ts"
import { eventually } from "./eventually.fixture.ts"
import { lifeOf, scriptedFolder } from "./lifecycle.fixture.ts"
import { isRunning, makeDataFolder } from "./process.fixture.ts"
import { type RunningServer, startServer } from "./server.fixture.ts"

layer(NodeFileSystem.layer, { excludeTestServices: true })("an operation on a tenant", (it) => {
  it.effect.each(
    [
      ["killed", ({ kill }: RunningServer) => kill],
      ["stopped", ({ stop }: RunningServer) => stop]
    ] as const
  )("goes on after the server was %s in its middle, and is done once", ([, end]) =>
    Effect.gen(function*() {
      const [dataFolder, scripted] = [yield* makeDataFolder, yield* scriptedFolder]
      const first = yield* startServer({ dataFolder, env: scripted.env })
      const before = lifeOf(first, "acme")
      assert.strictEqual((yield* before.finish({ kind: "create", config: ownTenant("acme") })).status, "succeeded")
      yield* scripted.play("hold")
      const apply = { kind: "apply", config: ownTenant("acme", { name: "Acme" }) }
      const operation = yield* before.operate(apply)
      const [child] = yield* eventually("the provisioner begins", scripted.beganFor(operation), (began) =>
        began.length === 1)
      yield* end(first)
      // By its closed input, or by the signal of a server that ends in good order.
      yield* eventually("the provisioner stops", scripted.stopped, (stopped) =>
        stopped.includes(child!) || !isRunning(Number(child)))
      assert.notInclude((yield* scripted.effects).join("\n"), operation.id)

      yield* scripted.letGo
      const second = yield* startServer({ dataFolder, env: scripted.env })
      const after = lifeOf(second, "acme")
      const ended = yield* after.ended
      assert.deepStrictEqual([ended.id, ended.status, ended.problems], [operation.id, "succeeded", []])
      assert.deepStrictEqual(
        (yield* scripted.effects).filter((line) =>
          line.startsWith(operation.id)
        ),
        [`${operation.id} apply acme isolated active -`]
      )
      assert.lengthOf(yield* scripted.beganFor(operation), 2)
      assert.strictEqual(((yield* after.get()) as { readonly name: string }).name, "Acme")
      const again = yield* after.post("/operations", apply)
      assert.deepStrictEqual(again.json, { operation: null })
    }).pipe(Effect.scoped))

  it.effect("is undone when its provisioner is killed", () =>
    Effect.gen(function*() {
      const scripted = yield* scriptedFolder
      const server = yield* startServer({ env: scripted.env })
      const life = lifeOf(server, "globex")
      yield* life.finish({ kind: "create", config: ownTenant("globex") })
      yield* scripted.play("hold")
      const operation = yield* life.operate({ kind: "apply", config: ownTenant("globex", { tier: "dedicated" }) })
      const [child] = yield* eventually("the provisioner begins", scripted.beganFor(operation), (began) =>
        began.length === 1)
      process.kill(Number(child), "SIGKILL")
      yield* scripted.letGo
      const ended = yield* life.ended
      assert.strictEqual(ended.status, "failed")
      assert.include(ended.problems[0], "ended by a signal before it was done")
      assert.deepStrictEqual(
        (yield* scripted.effects).filter((line) =>
          line.startsWith(operation.id)
        ),
        [
          `${operation.id} apply globex isolated active -`
        ]
      )
      assert.strictEqual((yield* life.tenant).state, "active")
      assert.isFalse(isRunning(Number(child)))
      const { text } = yield* server.ok("GET", "/metrics")
      assert.match(text, /^tenant_operations_total\{kind="apply",outcome="failed"\} 1$/m)
    }).pipe(Effect.scoped))

  it.effect("plans and goes through what Pulumi would build", () =>
    Effect.gen(function*() {
      const server = yield* startServer({
        env: {
          PROVISIONER: "render",
          PROVISIONER_PROGRAM: join(programFolder, "infrastructure/src/programs/provision.ts"),
          PROVISIONER_ENVIRONMENT: join(programFolder, "infrastructure/environments/kind/environment.yaml")
        }
      })
      const life = lifeOf(server, "initech")
      const create = { kind: "create", config: ownTenant("initech") }
      const planned = yield* life.post("/plan", create)
      assert.strictEqual(planned.status, 200, planned.text)
      const { changes, warnings } = planned.json as {
        readonly changes: ReadonlyArray<{ readonly action: string; readonly kind: string }>
        readonly warnings: ReadonlyArray<string>
      }
      assert.isAbove(changes.length, 10)
      assert.isTrue(changes.every(({ action }) => action === "create"))
      assert.isTrue(changes.some(({ kind }) => kind === "Deployment"))
      assert.isTrue(warnings.some((warning) => warning.includes("nothing is built")))

      const created = yield* life.finish(create)
      assert.deepStrictEqual([created.status, created.problems], ["succeeded", []])
      const offboarded = yield* life.finish({ kind: "offboard", retentionDays: 0 })
      assert.deepStrictEqual([offboarded.status, offboarded.problems], ["succeeded", []])
      assert.strictEqual((yield* life.tenant).state, "offboarded")
      const small = { ...ownTenant("tiny").quotas, memory: 0.25 }
      const refused = yield* lifeOf(server, "tiny").post("/plan", {
        kind: "create",
        config: ownTenant("tiny", { quotas: small })
      })
      assert.strictEqual(refused.status, 422, refused.text)
    }).pipe(Effect.scoped), 400_000)
})
