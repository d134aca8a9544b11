import { assert, layer } from "@effect/vitest"
import { asTenant } from "@innkeeper/database"
import { Effect, Option } from "effect"
import { Audit } from "../audit/Audit.ts"
import { platformLayer, slugOf, twoTenants } from "../Platform.fixture.ts"
import { Tenants } from "./Tenants.ts"

layer(platformLayer)("Tenants", (it) => {
  it.effect("enters a tenant once, however often and at once it is asked for, with one line on record", () =>
    Effect.gen(function*() {
      const tenants = yield* Tenants
      const wanted = { slug: slugOf("ensured"), name: "Ensured", timeZone: "Europe/Berlin" }
      const entered = yield* Effect.all(Array.from({ length: 6 }, () => tenants.ensure(wanted)), {
        concurrency: "unbounded"
      })
      assert.strictEqual(new Set(entered.map(({ id }) => id)).size, 1)
      const again = yield* tenants.ensure({ ...wanted, name: "Another name" })
      assert.deepStrictEqual([again.name, again.timeZone, again.state], ["Ensured", "Europe/Berlin", "active"])
      const entries = yield* (yield* Audit).search({ action: "tenant.created", limit: 10 }).pipe(asTenant(again.id))
      assert.deepStrictEqual(entries.map(({ detail }) => detail), [{ slug: "ensured" }])
    }))

  it.effect("finds a tenant by its slug, or none", () =>
    Effect.gen(function*() {
      const tenants = yield* Tenants
      const { acme } = yield* twoTenants("slug")
      assert.strictEqual(Option.getOrThrow(yield* tenants.bySlug(slugOf("acme-slug"))).id, acme)
      assert.isTrue(Option.isNone(yield* tenants.bySlug(slugOf("nobody"))))
      const slugs = (yield* tenants.list).map(({ slug }) => slug)
      assert.includeMembers(slugs, [slugOf("acme-slug"), slugOf("globex-slug")])
    }))

  it.effect("renames the current tenant and no other", () =>
    Effect.gen(function*() {
      const tenants = yield* Tenants
      const { acme, globex } = yield* twoTenants("renamed")
      yield* tenants.rename({ name: "Acme, Inc.", timeZone: "Asia/Tokyo" }).pipe(asTenant(acme))
      const current = Effect.map(tenants.current, ({ id, name, timeZone }) => ({ id, name, timeZone }))
      assert.deepStrictEqual(yield* asTenant(acme)(current), { id: acme, name: "Acme, Inc.", timeZone: "Asia/Tokyo" })
      assert.deepStrictEqual(yield* asTenant(globex)(current), { id: globex, name: "globex-renamed", timeZone: "UTC" })
    }))
})
