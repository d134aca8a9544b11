import { assert, describe, it } from "@effect/vitest"
import { TenantConfig, TenantSlug } from "@innkeeper/config"
import { tenantInput, tenantInputs } from "@innkeeper/testkit"
import { Schema } from "effect"
import { changedFields, changeOf, importIssues, movingIssues, toStored } from "./TenantImport.ts"

const decode = Schema.decodeUnknownSync(TenantConfig)
const slug = (text: string) => TenantSlug.make(text)
const stated = (number: number, changes: Readonly<Record<string, Schema.Json>> = {}) => ({
  file: `${number}.yaml`,
  config: decode(tenantInput(number, changes))
})
const registered = (number: number, changes: Readonly<Record<string, Schema.Json>> = {}) => ({
  slug: slug(`t-${number}`),
  version: 1,
  source: "database",
  stored: toStored(decode(tenantInput(number, changes)))
})

describe("an import", () => {
  it.prop("changes nothing where the registry has the same, and something wherever it has not", [
    tenantInputs,
    tenantInputs
  ], ([one, other]) => {
    const of = (input: unknown, stored: unknown) =>
      changeOf(
        { slug: slug(one.slug), version: 1, source: "database", stored: toStored(decode(stored)) },
        { file: "a.yaml", config: decode(input) },
        "database"
      )
    assert.deepStrictEqual(of(one, one).action, "unchanged")
    const differs = JSON.stringify(one) !== JSON.stringify(other)
    assert.strictEqual(of(one, other).action, differs ? "update" : "unchanged")
  })

  it("names the fields that change, also of a tenant that had no configuration", () => {
    const known = registered(1)
    const quotas = { ...tenantInput(1).quotas, users: 21, replicas: { minimum: 2, maximum: 5 } }
    assert.deepStrictEqual(changeOf(known, stated(1, { quotas }), "database").fields, [
      { field: "quotas.users", before: 20, after: 21 },
      { field: "quotas.replicas.maximum", before: 4, after: 5 }
    ])
    const bare = { ...known, version: 0, stored: { slug: "t-1", timeZone: "UTC" } }
    const { action, fields } = changeOf(bare, stated(1), "database")
    assert.strictEqual(action, "update")
    assert.deepInclude(fields, { field: "timeZone", before: "UTC", after: "Europe/Berlin" })
    assert.deepInclude(fields, { field: "domains", before: null, after: ["d0.t-1.example"] })
    assert.deepStrictEqual(changeOf(known, stated(1), "yaml").fields, [
      { field: "(source)", before: "database", after: "yaml" }
    ])
    assert.strictEqual(changeOf(undefined, stated(1), "database").action, "create")
  })

  it("tells an empty value from none", () => {
    assert.deepStrictEqual(changedFields({ a: null }, {}), [{ field: "a", before: null, after: null }])
    assert.deepStrictEqual(changedFields({ a: [1, 2] }, { a: [2, 1] }), [{ field: "a", before: [1, 2], after: [2, 1] }])
  })

  it("refuses a slug of two files, and a domain of two tenants", () => {
    const issues = importIssues([registered(3, { domains: ["taken.example", "free.example"] }), registered(4)], [
      stated(1),
      { ...stated(1, { domains: [] }), file: "again.yaml" },
      stated(2, { domains: ["ok.example", "taken.example"] }),
      stated(5, { domains: ["both.example"] }),
      stated(6, { domains: ["both.example"] })
    ])
    assert.deepStrictEqual(
      issues.map(({ index, message, path }) => [index, path.join("."), message]),
      [
        [0, "slug", "expected a slug of its own, that of again.yaml is the same"],
        [1, "slug", "expected a slug of its own, that of 1.yaml is the same"],
        [2, "domains.1", "expected a domain of no other tenant, the tenant t-3 has it"],
        [3, "domains.0", "expected a domain of no other tenant, 6.yaml has it"],
        [4, "domains.0", "expected a domain of no other tenant, 5.yaml has it"]
      ]
    )
  })

  it("refuses a file that is sent twice", () => {
    const twice = importIssues([], [stated(1), stated(1)])
    assert.deepStrictEqual(twice.map(({ index, path }) => [index, ...path]), [
      [0, "slug"],
      [0, "domains", 0],
      [1, "slug"],
      [1, "domains", 0]
    ])
  })

  it("lets a domain move from one tenant to another", () => {
    const [one, other] = [registered(1, { domains: ["a.example"] }), registered(2, { domains: ["b.example"] })]
    assert.deepStrictEqual(
      importIssues([one, other], [stated(1, { domains: ["b.example"] }), stated(2, { domains: ["a.example"] })]),
      []
    )
  })

  it.prop("moves no tenant between the shared database and one of its own", [tenantInputs, tenantInputs], ([
    one,
    other
  ]) => {
    const next = { file: "a.yaml", config: decode({ ...other, slug: one.slug }) }
    const known = {
      slug: slug(one.slug),
      version: 1,
      source: "database",
      stored: toStored(decode(one)),
      state: "active"
    }
    const moves = (one.tier === "pooled") !== (other.tier === "pooled")
    assert.deepStrictEqual(movingIssues([known], [next]).map(({ path }) => path.join(".")), moves ? ["tier"] : [])
    assert.deepStrictEqual(
      movingIssues([{ ...known, version: 0 }], [next]).map(({ path }) => path.join(".")),
      moves ? ["tier"] : []
    )
    assert.deepStrictEqual(movingIssues([{ ...known, state: "failed" }], [next]), [])
    assert.deepStrictEqual(movingIssues([], [next]), [])
  })
})
