import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { makeTenant, ownTenant, pooledTenant } from "@innkeeper/testkit"
import { Effect, Schema } from "effect"
import { consoleLayer, operator } from "../console/Console.fixture.ts"
import { call } from "../Http.fixture.ts"
import { TenantConfigs } from "../tenant/TenantConfigs.ts"

const decodePage = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Struct({
  items: Schema.Array(Schema.Struct({ slug: Schema.String })),
  nextCursor: Schema.NullOr(Schema.String)
})))

const page = Effect.fnUntraced(function*(query: Readonly<Record<string, string>>) {
  const { text } = yield* call("GET", `/api/v1/admin/lifecycle?${new URLSearchParams(query)}`, { headers: operator })
  const { items, nextCursor } = yield* decodePage(text)
  return { slugs: items.map(({ slug }) => slug), nextCursor }
})

const found = (query: Readonly<Record<string, string>>) => Effect.map(page(query), ({ slugs }) => slugs)

layer(consoleLayer, { excludeTestServices: true, timeout: "60 seconds" })("the list of tenants", (it) => {
  it.effect("is told page by page, and leaves out what is not asked for", () =>
    Effect.gen(function*() {
      const configs = [
        pooledTenant("lake", { name: "Lakeside Inns", domains: ["alerts.lakeside.example"] }),
        pooledTenant("sea", { name: "100 % Sea" }),
        ownTenant("sky", { name: "Sky_High" }),
        pooledTenant("wood")
      ]
      const tenants = configs.map((config) => ({ file: "test", config }))
      yield* (yield* TenantConfigs).enter({ tenants, dryRun: false, source: "database" })
      yield* makeTenant("bare")
      yield* (yield* OwnerSql)`UPDATE tenant SET state = 'failed' WHERE slug IN ('sky', 'wood')`

      const first = yield* page({ limit: "2" })
      assert.deepStrictEqual(first, { slugs: ["bare", "lake"], nextCursor: "lake" })
      const second = yield* page({ limit: "2", cursor: "lake" })
      assert.deepStrictEqual(second, { slugs: ["sea", "sky"], nextCursor: "sky" })
      assert.deepStrictEqual(yield* page({ limit: "2", cursor: "sky" }), { slugs: ["wood"], nextCursor: null })

      assert.deepStrictEqual(yield* found({ text: " LAKESIDE inns " }), ["lake"])
      assert.deepStrictEqual(yield* found({ text: "alerts.lakeside" }), ["lake"])
      assert.deepStrictEqual(yield* found({ text: "s" }), ["lake", "sea", "sky"])
      assert.deepStrictEqual(yield* found({ text: "s", limit: "1", cursor: "lake" }), ["sea"])
      assert.deepStrictEqual(yield* found({ text: "%" }), ["sea"])
      assert.deepStrictEqual(yield* found({ text: "_" }), ["sky"])
      assert.deepStrictEqual(yield* found({ text: "nobody" }), [])
      assert.deepStrictEqual(yield* found({ tier: "isolated" }), ["sky"])
      assert.deepStrictEqual(yield* found({ state: "failed" }), ["sky", "wood"])
      assert.deepStrictEqual(yield* found({ state: "failed", tier: "pooled", text: "oo" }), ["wood"])
      for (const wrong of ["state=lost", "tier=gold", "cursor=-", "limit=0"]) {
        const { status } = yield* call("GET", `/api/v1/admin/lifecycle?${wrong}`, { headers: operator })
        assert.strictEqual(status, 400, wrong)
      }
    }))
})
