import { assert, layer } from "@effect/vitest"
import { withPlatform } from "@innkeeper/database"
import { ownTenant, pooledTenant } from "@innkeeper/testkit"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { consoleWith } from "../console/Console.fixture.ts"
import { TenantConfigs } from "../tenant/TenantConfigs.ts"
import { finish, get, once, operate, type Operation, post, stateOf, succeed } from "./Lifecycle.fixture.ts"
import { eventually, Scripted, scriptedProvisioner } from "./Provisioners.fixture.ts"

/** What the provisioner did for an operation, without the operation's id. */
const effectsOf = ({ id }: { readonly id: string }) =>
  Effect.gen(function*() {
    const { effects } = yield* Scripted
    return (yield* effects).filter((line) => line.startsWith(id)).map((line) => line.slice(id.length + 1))
  })

const operationOf = (slug: string) => Effect.map(get(slug), ({ json }) => json.operation as unknown as Operation)

const Live = consoleWith(scriptedProvisioner()).pipe(Layer.provideMerge(Scripted.layer))

layer(Live, { excludeTestServices: true, timeout: "60 seconds" })("the life of a tenant with pods of its own", (it) => {
  it.effect("begins with what is planned, and is told line by line", () =>
    Effect.gen(function*() {
      yield* (yield* Scripted).play("build")
      const slug = "alpha"
      const request = { kind: "create", config: ownTenant(slug) }
      const plan = yield* post(slug, "/plan", request)
      assert.strictEqual(plan.status, 200, plan.text)
      assert.deepStrictEqual(plan.json.changes as unknown, [
        { action: "create", kind: "Namespace", name: slug, fields: [] }
      ])
      assert.deepStrictEqual([plan.json.unchanged, plan.json.adapter], [false, "render"])
      assert.strictEqual((yield* get(slug)).status, 404)

      const operation = yield* succeed(slug, request)
      assert.deepStrictEqual(yield* effectsOf(operation), [`apply ${slug} isolated active -`])
      const lines = JSON.parse((yield* get(slug, `/operations/${operation.id}/lines`)).text) as ReadonlyArray<{
        readonly number: number
        readonly step: string
        readonly event: { readonly _tag: string; readonly record?: unknown } | null
      }>
      assert.deepStrictEqual(lines.map(({ number }) => number), lines.map((_, index) => index + 1))
      assert.deepStrictEqual(
        lines.map(({ event, step }) => [step, event?._tag ?? null]),
        [
          ["Build its infrastructure", null],
          ["Build its infrastructure", "Planned"],
          ["Build its infrastructure", "Progress"],
          ["Build its infrastructure", "Progress"],
          ["Build its infrastructure", "Done"],
          ["Open the tenant", null]
        ]
      )
      assert.isNull(lines[4]?.event?.record)
      const again = yield* post(slug, "/plan", { kind: "apply", config: ownTenant(slug) })
      assert.isTrue(again.json.unchanged)
    }))

  it.effect("is changed once, and not again", () =>
    Effect.gen(function*() {
      yield* (yield* Scripted).play("build")
      const slug = "beta"
      yield* succeed(slug, { kind: "create", config: ownTenant(slug) })
      const change = { kind: "apply", config: ownTenant(slug, { name: "Beta" }), version: 1 }
      const operation = yield* succeed(slug, change)
      assert.deepStrictEqual(yield* effectsOf(operation), [`apply ${slug} isolated active -`])
      assert.strictEqual((yield* get(slug)).json.version, 2)
      const second = yield* operate(slug, { kind: "apply", config: ownTenant(slug, { name: "Beta" }) })
      assert.deepStrictEqual([second.status, second.json.operation], [200, null])
      const late = yield* operate(slug, { kind: "apply", config: ownTenant(slug, { name: "Gamma" }), version: 1 })
      assert.strictEqual(late.status, 409)
      const pool = yield* operate(slug, { kind: "apply", config: pooledTenant(slug) })
      assert.strictEqual(pool.status, 409)
      assert.include(pool.text, "builds nothing")
      const other = yield* operate(slug, { kind: "apply", config: ownTenant("gamma") })
      assert.strictEqual(other.status, 422)
    }))

  it.effect("is as before when a change fails", () =>
    Effect.gen(function*() {
      const scripted = yield* Scripted
      yield* scripted.play("build")
      const slug = "delta"
      yield* succeed(slug, { kind: "create", config: ownTenant(slug) })
      yield* scripted.play("fail-once")
      const failed = yield* finish(slug, { kind: "apply", config: ownTenant(slug, { name: "Delta" }) })
      assert.strictEqual(failed.status, "failed")
      assert.include(failed.problems[0], "The quota of the cluster is used up")
      assert.deepStrictEqual(yield* effectsOf(failed), [`apply ${slug} isolated active -`])
      assert.deepStrictEqual([yield* stateOf(slug), (yield* get(slug)).json.version], ["active", 1])
    }))

  it.effect("says what could not be undone, and is mended by the same again", () =>
    Effect.gen(function*() {
      const scripted = yield* Scripted
      yield* scripted.play("build")
      const slug = "kappa"
      yield* succeed(slug, { kind: "create", config: ownTenant(slug) })
      yield* scripted.play("fail")
      const change = { kind: "apply", config: ownTenant(slug, { name: "Kappa" }) }
      const failed = yield* finish(slug, change)
      assert.strictEqual(failed.status, "failed")
      assert.lengthOf(failed.problems, 2)
      assert.include(failed.problems[1], "Step 1 could not be undone: The quota of the cluster is used up")
      yield* scripted.play("build")
      yield* succeed(slug, change)
    }))

  it.effect("moves to another tier with its data, or back with all of it", () =>
    Effect.gen(function*() {
      const scripted = yield* Scripted
      yield* scripted.play("build")
      const slug = "epsilon"
      yield* succeed(slug, { kind: "create", config: ownTenant(slug) })
      const dedicated = { kind: "apply", config: ownTenant(slug, { tier: "dedicated" }) }
      yield* scripted.play("build", { apply: "fail-once" })
      const failed = yield* finish(slug, dedicated)
      assert.strictEqual(failed.status, "failed")
      assert.deepStrictEqual(yield* effectsOf(failed), [
        `backup ${slug} isolated suspended -`,
        `apply ${slug} isolated active ${slug}-backup`,
        `apply ${slug} isolated active -`
      ])
      assert.deepStrictEqual([yield* stateOf(slug), (yield* get(slug)).json.tier], ["active", "isolated"])

      yield* scripted.play("build")
      const moved = yield* succeed(slug, dedicated)
      assert.deepStrictEqual(yield* effectsOf(moved), [
        `backup ${slug} isolated suspended -`,
        `apply ${slug} dedicated active ${slug}-backup`
      ])
      assert.strictEqual(moved.backup, `${slug}-backup`)
      assert.deepStrictEqual([yield* stateOf(slug), (yield* get(slug)).json.tier], ["active", "dedicated"])
    }))

  it.effect("takes its data along to a tier that was only imported, and is refused one that would give its database up", () =>
    Effect.gen(function*() {
      yield* (yield* Scripted).play("build")
      const configs = yield* TenantConfigs
      const enter = (config: ReturnType<typeof ownTenant>) =>
        configs.enter({ tenants: [{ file: "mu.yaml", config }], dryRun: false, source: "database" })
      const slug = "mu"
      const [isolated, dedicated] = [ownTenant(slug), ownTenant(slug, { tier: "dedicated" })]
      yield* succeed(slug, { kind: "create", config: isolated })
      yield* enter(dedicated)
      const moved = yield* succeed(slug, { kind: "apply", config: dedicated })
      assert.deepStrictEqual(yield* effectsOf(moved), [
        `backup ${slug} isolated suspended -`,
        `apply ${slug} dedicated active ${slug}-backup`
      ])
      yield* enter(isolated)
      const back = yield* operate(slug, { kind: "apply", config: isolated })
      assert.strictEqual(back.status, 409)
      assert.include(back.text, "is not given up while it holds data")
    }))

  it.effect("leaves nothing when it could not be built, and can be created anew", () =>
    Effect.gen(function*() {
      const scripted = yield* Scripted
      yield* scripted.play("build", { apply: "crash" })
      const slug = "zeta"
      const failed = yield* finish(slug, { kind: "create", config: ownTenant(slug) })
      assert.strictEqual(failed.status, "failed")
      assert.include(failed.problems[0], "ended with code 3")
      assert.deepStrictEqual(yield* effectsOf(failed), [`destroy ${slug} isolated suspended -`])
      assert.strictEqual(yield* stateOf(slug), "failed")
      yield* scripted.play("build")
      yield* succeed(slug, { kind: "create", config: ownTenant(slug, { name: "Zeta" }) })
      assert.deepStrictEqual([yield* stateOf(slug), (yield* get(slug)).json.name], ["active", "Zeta"])
    }))

  it.effect("is as before when somebody stops a change", () =>
    Effect.gen(function*() {
      const scripted = yield* Scripted
      yield* scripted.play("build")
      const slug = "eta"
      yield* succeed(slug, { kind: "create", config: ownTenant(slug) })
      yield* scripted.play("hold")
      const { json } = yield* operate(slug, { kind: "apply", config: ownTenant(slug, { name: "Eta" }) })
      const { id } = json.operation as unknown as Operation
      const [process] = (yield* eventually(
        Effect.map(scripted.began, (began) => began.filter((line) => line.includes(id))),
        (began) => began.length === 1
      ))[0]!.split(" ")
      const suspend = yield* operate(slug, { kind: "suspend" })
      assert.strictEqual(suspend.status, 409, suspend.text)
      assert.strictEqual((yield* post(slug, `/operations/${id}/cancel`)).status, 200)
      yield* eventually(scripted.stopped, (stopped) => stopped.includes(process!))
      yield* scripted.letGo
      const cancelled = yield* once(slug, "succeeded", "failed", "cancelled")
      assert.deepStrictEqual([cancelled.status, cancelled.problems], ["cancelled", []])
      assert.deepStrictEqual(yield* effectsOf({ id }), [`apply ${slug} isolated active -`])
      assert.deepStrictEqual([yield* stateOf(slug), (yield* get(slug)).json.name], ["active", slug])
    }))

  it.effect("rests, works, ends and begins again", () =>
    Effect.gen(function*() {
      const scripted = yield* Scripted
      yield* scripted.play("build")
      const slug = "theta"
      yield* succeed(slug, { kind: "create", config: ownTenant(slug) })
      const effects = (request: { readonly kind: string; readonly retentionDays?: number }) =>
        Effect.flatMap(succeed(slug, request), effectsOf)
      assert.deepStrictEqual(yield* effects({ kind: "suspend" }), [`apply ${slug} isolated suspended -`])
      assert.deepStrictEqual(yield* effects({ kind: "resume" }), [`apply ${slug} isolated active -`])
      assert.deepStrictEqual(yield* effects({ kind: "offboard", retentionDays: 0 }), [
        `backup ${slug} isolated suspended -`,
        `destroy ${slug} isolated suspended -`
      ])
      assert.strictEqual(yield* stateOf(slug), "offboarded")
      assert.deepStrictEqual(yield* effects({ kind: "restore" }), [`apply ${slug} isolated active ${slug}-backup`])
      assert.strictEqual(yield* stateOf(slug), "active")
    }))

  it.effect("waits for the end of its retention as before, after a restoration that was undone", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const scripted = yield* Scripted
      yield* scripted.play("build")
      const slug = "lambda"
      yield* succeed(slug, { kind: "create", config: ownTenant(slug) })
      yield* operate(slug, { kind: "offboard", retentionDays: 3 })
      const waiting = yield* once(slug, "waiting")
      const url = withPlatform("test")(sql`SELECT url FROM tenant_provisioning WHERE slug = ${slug}`)
      assert.deepStrictEqual(yield* url, [{ url: `https://${slug}.example.com` }])
      yield* scripted.play("build", { apply: "fail-once" })
      yield* operate(slug, { kind: "restore" })
      const again = yield* eventually(
        operationOf(slug),
        ({ kind, status }) => kind === "offboard" && status === "waiting"
      )
      assert.notStrictEqual(again.id, waiting.id)
      assert.strictEqual(again.removeAt, waiting.removeAt)
      assert.strictEqual(yield* stateOf(slug), "offboarding")
      // Once it is cancelled it waits for whatever is asked next.
      yield* post(slug, `/operations/${again.id}/cancel`)
      yield* once(slug, "cancelled")
      yield* scripted.play("build")
      yield* operate(slug, { kind: "offboard", retentionDays: 30 })
      const asked = yield* once(slug, "waiting", "succeeded")
      assert.strictEqual(asked.status, "waiting")
      assert.isAbove(Date.parse(asked.removeAt!), Date.parse(waiting.removeAt!))
      yield* succeed(slug, { kind: "restore" })
      assert.strictEqual(yield* stateOf(slug), "active")
    }))

  it.effect("stays off-boarding when its infrastructure cannot be removed, and goes either way from there", () =>
    Effect.gen(function*() {
      const scripted = yield* Scripted
      yield* scripted.play("build")
      const slug = "iota"
      yield* succeed(slug, { kind: "create", config: ownTenant(slug) })
      yield* scripted.play("build", { destroy: "fail" })
      const failed = yield* finish(slug, { kind: "offboard", retentionDays: 0 })
      assert.strictEqual(failed.status, "failed")
      assert.deepStrictEqual(yield* effectsOf(failed), [`backup ${slug} isolated suspended -`])
      assert.deepStrictEqual((yield* get(slug)).json.possible as unknown, ["restore", "offboard"])
      yield* scripted.play("build")
      yield* succeed(slug, { kind: "restore" })
      assert.strictEqual(yield* stateOf(slug), "active")
      yield* succeed(slug, { kind: "offboard", retentionDays: 0 })
      assert.strictEqual((yield* operationOf(slug)).backup, `${slug}-backup`)
    }))
})
