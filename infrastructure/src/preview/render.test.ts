import { NodeServices } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { selfhostedInput } from "../testing/environments.fixture.ts"
import { tenantInput } from "../testing/tenants.fixture.ts"
import { markdown, plans, render } from "./render.ts"

const folder = Effect.fnUntraced(function*(tenants: Readonly<Record<string, unknown>>) {
  const fs = yield* FileSystem.FileSystem
  const root = yield* fs.makeTempDirectoryScoped()
  yield* fs.makeDirectory(`${root}/tenants`)
  yield* fs.writeFileString(`${root}/environment.yaml`, JSON.stringify(selfhostedInput))
  yield* Effect.forEach(
    Object.entries(tenants),
    ([slug, content]) => fs.writeFileString(`${root}/tenants/${slug}.yaml`, JSON.stringify(content))
  )
  return { environment: `${root}/environment.yaml`, tenants: `${root}/tenants` }
})

const acme = tenantInput("isolated", "selfhosted")
const globex = tenantInput("pooled", "selfhosted", { slug: "globex", domains: [] })

describe("render", () =>
  layer(NodeServices.layer)((it) => {
    it.effect("says what changes for whom, and previews those alone", () =>
      Effect.gen(function*() {
        const before = yield* plans(yield* folder({ acme, globex }))
        const quotas = { ...acme.quotas, replicas: { minimum: 2, maximum: 3 } }
        const after = yield* render(yield* folder({ acme: { ...acme, quotas }, globex }), before)
        const [first, second] = after
        assert.isTrue(
          first?.changes.some(({ action, kind }) => action === "update" && kind === "HorizontalPodAutoscaler")
        )
        assert.isAbove(first?.resources.length ?? 0, 20)
        assert.deepStrictEqual([first?.violations, second?.changes, second?.resources], [[], [], []])
        const text = markdown(after, ["initech"])
        assert.include(text, "1 of 2 tenants change")
        assert.match(text, /~ HorizontalPodAutoscaler acme-\S+: .*spec\.maxReplicas/)
        assert.include(text, "**initech** has no file any more")
        assert.notInclude(JSON.stringify(after), "the-secret-")
      }).pipe(Effect.scoped), { timeout: 60_000 })

    it.effect("refuses a wrong file in one sentence with its path, and what would lose data", () =>
      Effect.gen(function*() {
        const wrong = yield* folder({ acme: { ...acme, tier: "gold" } })
        assert.match((yield* Effect.flip(render(wrong, []))).message, /\/tenants\/acme\.yaml: tier: [^\n]+$/)
        const other = yield* folder({ initech: acme })
        assert.match((yield* Effect.flip(render(other, []))).message, /initech\.yaml: expected the name acme\.yaml/)
        const before = yield* plans(yield* folder({ acme: tenantInput("dedicated", "selfhosted") }))
        const lost = yield* folder({ acme })
        assert.match((yield* Effect.flip(render(lost, before))).message, /acme\.yaml: tier: expected one that keeps/)
      }).pipe(Effect.scoped), { timeout: 60_000 })
  }))
