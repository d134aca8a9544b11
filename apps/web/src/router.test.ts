import { assert, describe, it } from "@effect/vitest"
import { TenantSlug } from "@innkeeper/config"

// Parts of the UI read the page's origin when they are loaded.
Object.assign(globalThis, { location: new URL("http://localhost") })
const { router } = await import("./router.tsx")

const pageAt = (path: string) => router.matchRoutes(path, {}).at(-1)

describe("the pages of the console", () => {
  it.prop("have one for each tenant, whatever its slug", [TenantSlug], ([slug]) => {
    const page = pageAt(`/admin/tenants/${slug}`)
    assert.deepStrictEqual([page?.routeId, { ...page?.params }], ["/admin/tenants/$slug", { slug }])
  })

  it("have one for a tenant that is called new, beside that for a new tenant", () => {
    assert.strictEqual(pageAt("/admin/tenants/new")?.routeId, "/admin/tenants/$slug")
    assert.strictEqual(pageAt("/admin/tenants/-/new")?.routeId, "/admin/tenants/-/new")
  })
})
