import { NodeServices } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { ProvisionEvent } from "@innkeeper/config"
import { Effect, FileSystem, Schema } from "effect"
import { selfhostedInput } from "../testing/environments.fixture.ts"
import { eventsOf, lastOf, requestOf, serve, type Served } from "../testing/provisionProcess.fixture.ts"
import { tenantInput } from "../testing/tenants.fixture.ts"

const environmentFile = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  yield* fs.writeFileString(`${folder}/environment.yaml`, JSON.stringify(selfhostedInput))
  return `${folder}/environment.yaml`
})

const render = Effect.fnUntraced(function*(input: string, closeAt?: string) {
  const args = ["--adapter", "render", "--environment", yield* environmentFile]
  const served = yield* serve({ args, input, ...(closeAt !== undefined && { closeAt }) })
  for (const event of eventsOf(served)) yield* Schema.decodeEffect(ProvisionEvent)(event)
  return served
}, Effect.scoped)

const asked = (changes: Readonly<Record<string, unknown>> = {}) => render(JSON.stringify(requestOf(changes)))

const doneOf = (served: Served) => {
  const last = lastOf(served)
  assert.strictEqual(served.code, 0, served.log)
  return last._tag === "Done" ? last : assert.fail(served.lines.at(-1)!)
}

const failureOf = (served: Served) => {
  const last = lastOf(served)
  assert.strictEqual(served.code, 1, served.log)
  assert.notMatch(served.lines.join("\n"), /\.ts:\d+|\n\s+at /)
  return last._tag === "Failed" ? last : assert.fail(served.lines.at(-1)!)
}

const tagsOf = (served: Served) => [...new Set(eventsOf(served).map(({ _tag }) => _tag))]

describe("the process of a provisioner that renders", () =>
  layer(NodeServices.layer)((it) => {
    it.effect(
      "plans, warns that nothing is applied, goes through the resources, and is done; the second time nothing changes",
      () =>
        Effect.gen(function*() {
          const first = yield* asked()
          assert.deepStrictEqual(tagsOf(first), ["Planned", "Said", "Progress", "Done"])
          const { backup, record, url } = doneOf(first)
          assert.strictEqual(url, "https://acme.innkeeper.example")
          assert.isNull(backup)
          assert.notInclude(JSON.stringify(record), "the-secret-")
          const planned = eventsOf(first).flatMap((event) => event._tag === "Planned" ? event.changes : [])
          assert.isAbove(planned.length, 20)
          const ended = eventsOf(first).flatMap((event) =>
            event._tag === "Progress" && event.status === "done" ? [event] : []
          )
          assert.deepStrictEqual(ended.map(({ name }) => name), planned.map(({ name }) => name))
          assert.deepInclude(ended.at(-1), { done: planned.length, total: planned.length })
          assert.match(
            JSON.stringify(eventsOf(first).find(({ _tag }) => _tag === "Said")),
            /"warning".*Nothing was applied/
          )

          const second = yield* asked({ before: record })
          assert.deepStrictEqual(eventsOf(second)[0], { _tag: "Planned", changes: [] })
          assert.deepStrictEqual(tagsOf(second), ["Planned", "Done"])
          assert.deepStrictEqual(doneOf(second), doneOf(first))

          const gone = yield* asked({ action: "preview-destroy", before: record })
          assert.deepStrictEqual(tagsOf(gone), ["Planned", "Done"])
          assert.deepStrictEqual(doneOf(gone).record, record)
          const destroyed = yield* asked({ action: "destroy", before: record })
          assert.deepStrictEqual(doneOf(destroyed), {
            _tag: "Done",
            adapter: "render",
            record: null,
            backup: null,
            url: null
          })
          const deleted = eventsOf(destroyed).flatMap((event) => event._tag === "Planned" ? event.changes : [])
          assert.sameMembers(deleted.map(({ name }) => name), planned.map(({ name }) => name))
        }),
      { timeout: 180_000 }
    )

    it.effect("names the backup that it makes, and serves nobody who is suspended", () =>
      Effect.gen(function*() {
        const served = yield* asked({ action: "backup", service: "suspended" })
        assert.deepInclude(doneOf(served), {
          backup: "operation-0193a0c0-0000-7000-8000-000000000001.dump",
          url: null
        })
        const jobs = eventsOf(served).flatMap((event) => event._tag === "Planned" ? event.changes : [])
          .filter(({ kind, name }) => kind === "Job" && name.startsWith("acme-backup-"))
        assert.deepStrictEqual(jobs.map(({ action }) => action), ["create"])
      }), { timeout: 120_000 })

    it.effect("stops when its standard input is closed, and says so last", () =>
      Effect.gen(function*() {
        const early = failureOf(yield* render(JSON.stringify(requestOf()), ""))
        assert.deepStrictEqual(early.problems, ["Stopped before the end, since whoever asked is gone."])
        assert.isFalse(early.refused)
      }), { timeout: 60_000 })

    it.effect("refuses what makes no sense, in a sentence for each field and without a stack trace", () =>
      Effect.gen(function*() {
        const problems = (served: Served) => {
          const { problems, refused } = failureOf(served)
          assert.isTrue(refused)
          assert.strictEqual(served.lines.length, 1)
          return problems.join("\n")
        }
        assert.match(problems(yield* render("{\"operation\":")), /^request: [^\n]+$/)
        const wrong = { config: { ...tenantInput("isolated", "selfhosted"), slug: "No", name: "" } }
        assert.match(problems(yield* asked(wrong)), /^slug: [^\n]+\nname: [^\n]+$/)
        assert.match(
          problems(yield* serve({ args: ["--adapter", "terraform"], input: JSON.stringify(requestOf()) })),
          /adapter/
        )
        assert.match(
          problems(
            yield* serve({
              args: ["--adapter", "render", "--environment", "/nowhere.yaml"],
              input: JSON.stringify(requestOf())
            })
          ),
          /^\/nowhere\.yaml cannot be read: ENOENT/
        )
      }), { timeout: 120_000 })
  }))
