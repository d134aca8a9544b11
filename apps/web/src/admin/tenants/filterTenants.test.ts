import { assert, describe, it } from "@effect/vitest"
import { TenantSlug } from "@innkeeper/config"
import { ManagedTenant } from "@innkeeper/platform/api"
import { DateTime } from "effect"
import { filterTenants } from "./filterTenants.ts"

const tenant = (slug: string, tier: string, state: ManagedTenant["state"]) =>
  new ManagedTenant({
    slug: TenantSlug.make(slug),
    name: `${slug.toUpperCase()} Ltd`,
    tier,
    state,
    createdAt: DateTime.makeUnsafe(0),
    source: "database",
    version: 0,
    config: null,
    possible: [],
    operation: null
  })

const all = [tenant("lake", "pooled", "active"), tenant("sea", "isolated", "active"), tenant("sky", "pooled", "failed")]
const slugs = (filter: Parameters<typeof filterTenants>[1]) => filterTenants(all, filter).map(({ slug }) => `${slug}`)

describe("filterTenants", () => {
  it("leaves everybody where nothing is asked", () =>
    assert.deepStrictEqual(slugs({ text: " " }), ["lake", "sea", "sky"]))

  it("looks for words in slug and name, and for tier and state at once", () => {
    assert.deepStrictEqual(slugs({ text: "s" }), ["sea", "sky"])
    assert.deepStrictEqual(slugs({ text: "SEA ltd" }), ["sea"])
    assert.deepStrictEqual(slugs({ tier: "pooled" }), ["lake", "sky"])
    assert.deepStrictEqual(slugs({ tier: "pooled", state: "active" }), ["lake"])
  })
})
