import { assert, layer } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestConsole } from "effect/testing"
import { commandLineLayer, makeFile, outage, run, tick, token } from "./innkeeper.fixture.ts"
import { managed } from "./lifecycle.fixture.ts"

const call = (args: ReadonlyArray<string>, typed?: string) => run(args, { INNKEEPER_ADMIN_TOKEN: token }, typed)

/** A file that states a tenant with pods of its own. */
const stating = (slug: string, name = "Seaward", domain = `${slug}.example.com`) =>
  makeFile(
    "tenant.yaml",
    [
      "tier: isolated",
      `slug: ${slug}`,
      `name: ${name}`,
      `domains: [${domain}]`,
      "timeZone: UTC",
      "features: [oncall]",
      "mail: { fromName: Bell, fromAddress: bell@example.com }",
      "mode: cloud",
      "quotas: { users: 5, alertsPerMinute: 5, retentionDays: 5, cpu: 1, memory: 1, storage: 1,"
      + " replicas: { minimum: 1, maximum: 2 } }"
    ].join("\n")
  ).pipe(Effect.map(({ file }) => file))

const plan = (slug: string) => [
  `Create ${slug}`,
  "",
  "Steps",
  "  1. Build",
  "  2. Tell everybody",
  "",
  "Resources: 1 to create, 1 to update",
  "  + Deployment server",
  "  ~ Deployment proxy (spec.hosts)"
]

layer(commandLineLayer)("innkeeper tenants, in the life of one,", (it) => {
  it.effect("plans, creates after a yes, shows what happens, and does nothing the second time", () =>
    Effect.gen(function*() {
      const file = yield* stating("seaward")
      assert.deepStrictEqual((yield* call(["tenants", "plan", file])).out.split("\n"), plan("seaward"))
      assert.isUndefined(managed("seaward"))

      const refused = yield* call(["tenants", "create", file], "n")
      assert.strictEqual(refused.failure, "Nothing was done.")
      assert.isUndefined(managed("seaward"))

      const { failure, out } = yield* call(["tenants", "create", file], "y")
      assert.isNull(failure)
      assert.deepStrictEqual(out.split("\n"), [
        ...plan("seaward"),
        "",
        "Build",
        "  Resources: 1 to create",
        "  Deployment server is done, 1 of 1",
        "seaward: create succeeded."
      ])
      assert.strictEqual(managed("seaward")?.state, "active")

      const again = yield* call(["tenant", "apply", file])
      assert.isNull(again.failure)
      assert.strictEqual(again.out, "seaward is as asked: nothing changes.\nNothing was done.")
    }))

  it.effect("changes a tenant without a question if told so, and never without being told", () =>
    Effect.gen(function*() {
      yield* call(["tenants", "create", yield* stating("changes"), "--yes"])
      const file = yield* stating("changes", "Changed")
      for (const flags of [[], ["--json"]]) {
        assert.strictEqual(
          (yield* call(["tenants", "apply", file, ...flags])).failure,
          "Nothing was done. Say --yes to do it without a question, or --plan to see what it would be."
        )
      }
      const planned = yield* call(["tenants", "apply", file, "--plan"])
      assert.include(planned.out, "Configuration\n  ~ name: \"Seaward\" → \"Changed\"")
      assert.strictEqual(managed("changes")?.name, "Seaward")
      const { failure, out } = yield* call(["tenants", "apply", file, "--yes", "--json"])
      assert.isNull(failure)
      const { operation: { kind, status } } = JSON.parse(out)
      assert.deepStrictEqual({ kind, status }, { kind: "apply", status: "succeeded" })
      assert.strictEqual(managed("changes")?.name, "Changed")
    }))

  it.effect("says at its line in the file what is wrong, here and on the server", () =>
    Effect.gen(function*() {
      const taken = yield* stating("taken", "Taken", "taken.example")
      for (const command of ["create", "plan"]) {
        assert.strictEqual(
          (yield* call(["tenants", command, taken])).failure,
          [
            `${taken}:4: domains[0]: expected a domain of no other tenant, got "taken.example"`,
            `${taken}:8: mode: expected selfhosted, got "cloud"`,
            `${taken}: No node has room`
          ].join("\n")
        )
      }
      const wrong = yield* stating("wrong", "Wrong", "nodomain")
      assert.match(
        (yield* call(["tenants", "create", wrong])).failure ?? "",
        /tenant\.yaml:4: domains\[0\]: expected a host/
      )
      assert.strictEqual(
        (yield* call(["tenants", "create", "/nowhere.yaml"])).failure,
        "/nowhere.yaml: expected a file, found none"
      )
    }))

  it.effect("fails with what made an operation fail", () =>
    Effect.gen(function*() {
      const { failure, out } = yield* call(["tenants", "create", yield* stating("doomed"), "--yes"])
      assert.strictEqual(failure, "doomed: create failed.\nNo node has room.\nThe quota is full.")
      assert.include(out, "  No node has room.\n  The quota is full.")
      const { out: list } = yield* call(["tenants", "list"])
      assert.match(list, /^doomed +isolated +failed +create failed +Seaward$/m)
    }))

  it.effect("suspends, resumes, and off-boards after the slug was typed; restores", () =>
    Effect.gen(function*() {
      const suspended = yield* call(["tenants", "suspend", "lakeside"], "y")
      assert.include(suspended.out, "Beware\n  People who are signed in are turned away.")
      assert.strictEqual(managed("lakeside")?.state, "suspended")
      yield* call(["tenants", "resume", "lakeside", "--yes"])
      assert.strictEqual(managed("lakeside")?.state, "active")

      assert.strictEqual((yield* call(["tenants", "offboard", "lakeside"], "seaside\n")).failure, "Nothing was done.")
      assert.strictEqual(managed("lakeside")?.state, "active")
      const off = yield* call(["tenants", "offboard", "lakeside", "--retention-days", "30"], "lakeside\n")
      assert.isNull(off.failure)
      assert.deepStrictEqual(off.out.split("\n").slice(-2), [
        "lakeside answers nobody; its backup is lakeside-1.",
        "Its data is deleted after 2026-12-21T03:12:09Z; innkeeper tenants restore lakeside prevents that."
      ])
      assert.match(
        (yield* call(["tenants", "list"])).out,
        /^lakeside +pooled +offboarding +offboard, deletes after 2026-12-21T03:12:09Z +Lakeside Inns$/m
      )
      assert.isNull((yield* call(["tenants", "restore", "lakeside", "--yes"])).failure)
      assert.strictEqual(managed("lakeside")?.state, "active")

      const history = (yield* call(["tenants", "history", "lakeside"])).out.split("\n").map((line) =>
        line.split(/ {2,}/)
      )
      assert.deepStrictEqual(history.map(([, kind, status]) => `${kind} ${status}`), [
        "WHAT STATUS",
        "restore succeeded",
        "offboard waiting",
        "resume succeeded",
        "suspend succeeded"
      ])
      const lines = (yield* call(["tenants", "history", "lakeside", history[1]![0]!])).out
      assert.include(lines, "2026-11-21T03:12:09Z    Deployment server is done, 1 of 1")
    }))

  it.effect("returns at once if told so; when it is interrupted, it says that the operation goes on", () =>
    Effect.gen(function*() {
      const file = yield* stating("endless")
      const { out } = yield* call(["tenants", "create", file, "--yes", "--detach"])
      assert.match(out, /Accepted as 019a[0-9a-f-]+\. innkeeper tenants watch endless follows it\.$/)
      assert.match((yield* call(["tenants", "list"])).out, /^endless +isolated +active +create queued +Seaward$/m)

      assert.strictEqual(out.split("\n").at(-1), (yield* call(["tenants", "create", file, "--yes", "--detach"])).out)

      const watching = yield* Effect.forkChild(call(["tenants", "watch", "endless"]))
      yield* Effect.repeat(tick, { times: 20 })
      yield* Fiber.interrupt(watching)
      assert.deepStrictEqual((yield* TestConsole.errorLines).slice(-1), [
        "The operation goes on. innkeeper tenants watch endless follows it, innkeeper tenants cancel endless stops it."
      ])

      assert.include((yield* call(["tenants", "cancel", "endless"])).out, "It stops and undoes what it did.")
      assert.strictEqual(
        (yield* call(["tenants", "watch", "endless"])).failure,
        "endless: create was cancelled, and what it did is undone."
      )
      assert.strictEqual(
        (yield* call(["tenants", "cancel", "endless"])).failure,
        "Nothing is under way with endless."
      )
    }))

  it.effect("asks again for a minute while the server is away, then gives up and says that the operation goes on", () =>
    Effect.gen(function*() {
      outage.left = 30
      const { failure, out } = yield* call(["tenants", "create", yield* stating("patient"), "--yes"])
      assert.isNull(failure)
      assert.match(out, /patient: create succeeded\.$/)

      outage.left = 1000
      const gone = yield* call(["tenants", "create", yield* stating("given-up"), "--yes"])
      outage.left = 0
      assert.match(gone.failure ?? "", /refused: Not available$/)
      assert.match(
        `${(yield* TestConsole.errorLines).at(-1)}`,
        /^The operation goes on\. innkeeper tenants watch given-up /
      )
    }))

  it.effect("follows the same operation without a question, and no other one", () =>
    Effect.gen(function*() {
      const file = yield* stating("endless-3")
      const { out } = yield* call(["tenants", "create", file, "--yes", "--detach"])
      for (const flags of [["--detach"], ["--detach", "--json"]]) {
        const again = yield* call(["tenants", "create", file, ...flags])
        assert.isNull(again.failure)
        assert.include(again.out, /019a[0-9a-f-]+/.exec(out)?.[0] ?? "no id")
      }
      assert.match((yield* call(["tenants", "create", file, "--plan"])).failure ?? "", /refused: create is under way$/)
      assert.match((yield* call(["tenants", "suspend", "endless-3"])).failure ?? "", /refused: create is under way$/)
    }))

  it.effect("says what is no tenant, and that another operation is under way", () =>
    Effect.gen(function*() {
      assert.match((yield* call(["tenants", "suspend", "nobody"])).failure ?? "", /^There is no such tenant at http/)
      const file = yield* stating("endless-2")
      assert.isNull((yield* call(["tenants", "create", file, "--yes", "--detach"])).failure)
      for (const flag of ["--yes", "--plan"]) {
        assert.match(
          (yield* call(["tenants", "suspend", "endless-2", flag])).failure ?? "",
          /refused: create is under way$/
        )
      }
    }))
})
