import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { fileURLToPath } from "node:url"
import { commandLineLayer, imported, run, token } from "./innkeeper.fixture.ts"

const env = { INNKEEPER_ADMIN_TOKEN: token }
const demo = fileURLToPath(new URL("../../../demo/tenants", import.meta.url))

const text = (slug: string, changes: Readonly<Record<string, string>> = {}) =>
  Object.entries({
    tier: "pooled",
    slug,
    name: slug,
    domains: `[${slug}.example.com]`,
    timeZone: "UTC",
    features: "[oncall]",
    mail: "{ fromName: Bell, fromAddress: bell@example.com }",
    quotas: "{ users: 5, alertsPerMinute: 5, retentionDays: 5 }",
    ...changes
  }).map(([key, value]) => `${key}: ${value}\n`).join("")

/** A folder with these files, and what importing it prints without the folder's name. */
const importing = Effect.fnUntraced(
  function*(texts: Readonly<Record<string, string>>, ...flags: ReadonlyArray<string>) {
    const files = yield* FileSystem.FileSystem
    const folder = yield* files.makeTempDirectoryScoped()
    yield* Effect.forEach(
      Object.entries(texts),
      ([name, content]) => files.writeFileString(`${folder}/${name}`, content)
    )
    const { failure, out } = yield* run(["tenants", "import", folder, ...flags], env)
    return { out: out.replaceAll(`${folder}/`, ""), failure: failure?.replaceAll(`${folder}/`, "").split("\n") ?? null }
  }
)

layer(commandLineLayer)("innkeeper tenants", (it) => {
  it.effect("imports the demonstration, after a dry run that writes nothing, and changes nothing the second time", () =>
    Effect.gen(function*() {
      const dry = yield* run(["tenants", "import", demo, "--dry-run"], env)
      assert.isNull(dry.failure)
      assert.match(dry.out, /\+ 3 to create, ~ 0 to change, = 0 unchanged \(dry run: nothing was written\)$/)
      assert.strictEqual(imported.size, 0)
      const first = yield* run(["tenants", "import", demo], env)
      assert.match(first.out, /^\+ lakeside \(.*lakeside.yaml\)\n/)
      assert.match(first.out, /3 tenants: \+ 3 created, ~ 0 changed, = 0 unchanged$/)
      const second = yield* run(["tenants", "import", demo], env)
      assert.strictEqual(second.out, "3 tenants: + 0 created, ~ 0 changed, = 3 unchanged")
      const json = JSON.parse((yield* run(["tenants", "import", demo, "--json"], env)).out)
      assert.deepStrictEqual(json.changes.map(({ action }: { action: string }) => action), [
        "unchanged",
        "unchanged",
        "unchanged"
      ])
    }))

  it.effect("shows a configuration as a file that states the same", () =>
    Effect.gen(function*() {
      yield* run(["tenants", "import", demo], env)
      const { out } = yield* run(["tenants", "show", "seaward"], env)
      assert.match(out, /^# seaward: pooled, active, version 1, id 0/)
      const { out: again } = yield* importing({ "seaward.yaml": out })
      assert.strictEqual(again, "1 tenants: + 0 created, ~ 0 changed, = 1 unchanged")
      assert.strictEqual(
        JSON.parse((yield* run(["tenants", "show", "seaward", "--json"], env)).out).config.mode,
        "cloud"
      )
      assert.match(
        (yield* run(["tenants", "show", "nobody"], env)).failure ?? "",
        /^There is no such tenant at http/
      )
    }))

  it.effect("says of each file what is wrong, of the others what they would change, and writes nothing", () =>
    Effect.gen(function*() {
      const before = imported.size
      const { failure, out } = yield* importing({
        "a-good.yaml": text("good"),
        "b-domain.yaml": text("domain", { domains: "[ok.example.com, nodomain]" }),
        "c-tier.yaml": text("tier", { tier: "gold" }),
        "d-quota.yaml": text("quota", { quotas: "{ users: 0, alertsPerMinute: 5, retentionDays: 5 }" }),
        "e-field.yaml": text("field", { colour: "red" }),
        "f-broken.yaml": "slug: [",
        "g-empty.yaml": "",
        "notes.txt": "not a tenant"
      })
      assert.strictEqual(
        out,
        "+ good (a-good.yaml)\n\n1 tenants: + 1 to create, ~ 0 to change, = 0 unchanged (dry run: nothing was written)"
      )
      assert.deepStrictEqual(
        failure?.map((line) => line.slice(0, 46)),
        [
          "b-domain.yaml:4: domains[1]: expected a host na",
          "c-tier.yaml:1: tier: expected \"pooled\" | \"isola",
          "d-quota.yaml:8: quotas.users: expected a whole ",
          "e-field.yaml:9: colour: expected no such field,",
          "f-broken.yaml:1: expected YAML or JSON: Flow se",
          "g-empty.yaml:1: (document): expected object, go",
          "Nothing was written."
        ].map((line) => line.slice(0, 46))
      )
      assert.strictEqual(imported.size, before)
    }))

  it.effect("imports the files that are right if told so, and fails all the same", () =>
    Effect.gen(function*() {
      const { failure, out } = yield* importing({
        "a.yaml": text("part-a"),
        "b.yaml": text("part-b", { domains: "[taken.example]" }),
        "c.yaml": text("part-c", { timeZone: "Mars" })
      }, "--partial")
      assert.strictEqual(out, "+ part-a (a.yaml)\n\n1 tenants: + 1 created, ~ 0 changed, = 0 unchanged")
      assert.deepStrictEqual(failure, [
        "c.yaml:5: timeZone: expected the name of a time zone such as Europe/Berlin, got \"Mars\"",
        "b.yaml:4: domains[0]: expected a domain of no other tenant, got \"taken.example\"",
        "The other files were imported."
      ])
      assert.isTrue(imported.has("part-a") && !imported.has("part-b"))
    }))

  it.effect("writes nothing when the server refuses one", () =>
    Effect.gen(function*() {
      const { failure, out } = yield* importing({
        "a.yaml": text("whole-a"),
        "b.yaml": text("whole-b", { domains: "[taken.example]" })
      })
      assert.match(out, /\+ 1 to create.*nothing was written/)
      assert.strictEqual(failure?.at(-1), "Nothing was written.")
      assert.isFalse(imported.has("whole-a"))
    }))

  it.effect("says that there is no folder, or no file in it", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        (yield* run(["tenants", "import", "/nowhere"], env)).failure,
        "/nowhere: expected a folder, found none"
      )
      assert.match(
        (yield* importing({ "a.txt": "" })).failure?.[0] ?? "",
        /expected files such as acme.yaml, found none$/
      )
    }))
})
