import { NodeFileSystem } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { tenantInput } from "@innkeeper/testkit"
import { Effect, FileSystem } from "effect"
import { launchServer } from "./process.fixture.ts"
import { startServer } from "./server.fixture.ts"

const admin = "/api/v1/admin/tenants"

layer(NodeFileSystem.layer, { excludeTestServices: true, timeout: "170 seconds" })("Tenants in files", (it) => {
  it.effect("are entered at the start, changed by the next one and by nobody else; a wrong file refuses the start", () =>
    Effect.gen(function*() {
      const files = yield* FileSystem.FileSystem
      const folder = yield* files.makeTempDirectoryScoped()
      const write = (name: string, value: object) => files.writeFileString(`${folder}/${name}`, JSON.stringify(value))
      const env = { TENANT_CONFIG_SOURCE: "yaml", TENANT_CONFIG_FOLDER: folder }

      yield* write("one.json", tenantInput(1))
      yield* write("two.yaml", tenantInput(2))
      const first = yield* startServer({ env })
      const headers = { "x-admin-token": first.adminToken }
      const { json } = yield* first.ok("GET", `${admin}/t-1`, { headers })
      assert.deepInclude(json, { source: "yaml", version: 1, config: tenantInput(1) })
      const put = { version: 1, config: tenantInput(1, { name: "Changed" }) }
      const refused = yield* first.call("PUT", `${admin}/t-1/config`, { headers, json: put })
      assert.strictEqual(refused.status, 409, refused.text)
      yield* first.stop

      yield* write("two.yaml", tenantInput(2, { name: "Changed" }))
      const second = yield* startServer({ env, dataFolder: first.dataFolder })
      assert.include(second.logs(), `Tenants of ${folder}: 0 created, 1 changed, 1 unchanged.`)
      const two = yield* second.ok("GET", `${admin}/t-2`, { headers })
      assert.deepInclude(two.json, { name: "Changed", version: 2 })
      yield* second.stop

      yield* write("three.yaml", tenantInput(3, { domains: ["d0.t-1.example"] }))
      const third = yield* launchServer({ INNKEEPER_DATA: first.dataFolder, DEMO: "false", ...env })
      assert.strictEqual((yield* third.ended).code, 1)
      assert.include(third.output(), "  three.yaml: domains.0: expected a domain of no other tenant, one.json has it\n")
      assert.notInclude(third.output(), "    at ")
    }))
})
