import { NodeFileSystem } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { ownTenant, pooledTenant } from "@innkeeper/testkit"
import { Effect, FileSystem } from "effect"
import { join } from "node:path"
import { programFolder } from "../Program.ts"
import { eventually } from "./eventually.fixture.ts"
import { incidentsOf, notificationsOf } from "./incidents.fixture.ts"
import { lifeOf } from "./lifecycle.fixture.ts"
import type { Way } from "./movingProvisioner.fixture.ts"
import { type RunningServer, startServer } from "./server.fixture.ts"
import { actingOn, makeTenant, type Tenant } from "./tenant.fixture.ts"

const program = join(programFolder, "apps/server/src/e2e/movingProvisioner.fixture.ts")

/** A shared server whose provisioner gives tenants a data folder of their own. */
const startPool = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped({ prefix: "innkeeper-moves-" })
  // PostgreSQL's own user has to enter it when the tests run as root.
  yield* fs.chmod(folder, 0o755)
  const pool = yield* startServer({
    env: { PROVISIONER: "pulumi", PROVISIONER_PROGRAM: program, PROVISIONER_ENVIRONMENT: folder }
  })
  const play = (way: Way) => fs.writeFileString(join(folder, "pool.json"), JSON.stringify({ pool: pool.url, way }))
  yield* play("build")
  return {
    pool,
    play,
    /** The tenant's own server, which has the tenant's configuration as a file, as in its pods. */
    startOwn: Effect.fnUntraced(function*(slug: string) {
      const stated = join(folder, `${slug}.tenants`)
      yield* fs.makeDirectory(stated, { recursive: true })
      yield* fs.writeFileString(join(stated, `${slug}.json`), JSON.stringify(ownTenant(slug)))
      return yield* startServer({
        dataFolder: join(folder, slug),
        env: { TENANT_CONFIG_SOURCE: "yaml", TENANT_CONFIG_FOLDER: stated }
      })
    })
  }
})

const fire = (server: RunningServer, { keys }: Tenant, summary: string) =>
  server.call("POST", `/in/${keys.generic}`, { json: { summary } })

/** The tenant as its admin sees it on another server. */
const on = (server: RunningServer, tenant: Tenant): Tenant => ({ ...tenant, ...actingOn(server, tenant.admin) })

const event = { summary: "Meanwhile", source: "db-1", severity: "critical" }

const pagedOf = (tenant: Tenant, id: string) =>
  Effect.map(notificationsOf(tenant, id), (pages) => pages.map(({ userName }) => userName.split(" ", 1)[0]))

layer(NodeFileSystem.layer, { excludeTestServices: true, timeout: "400 seconds" })("a tenant", (it) => {
  it.effect("moves to pods of its own and back, with all that it has; who is to be paged is paged", () =>
    Effect.gen(function*() {
      const { pool, startOwn } = yield* startPool
      const [tenant, other] = [
        yield* makeTenant(pool, "acme", { timeoutSeconds: 15 }),
        yield* makeTenant(pool, "globex")
      ]
      assert.strictEqual((yield* fire(pool, tenant, "Before")).status, 202)
      const [incident] = yield* eventually("the first is paged", incidentsOf(tenant), (all) => all.length === 1)
      yield* eventually("the first is paged", pagedOf(tenant, incident!.id), (paged) => paged.includes("first"))
      const life = lifeOf(pool, "acme")

      yield* life.operate({ kind: "apply", config: ownTenant("acme") })
      const meanwhile = yield* eventually(
        "the door is shut",
        fire(pool, tenant, "Meanwhile"),
        ({ status }) => status !== 202
      )
      assert.deepStrictEqual([meanwhile.status, meanwhile.headers["retry-after"]], [503, "30"])
      const events = { routing_key: tenant.keys.pagerduty, event_action: "trigger", payload: event }
      assert.strictEqual((yield* pool.call("POST", "/v2/enqueue", { json: events })).status, 503)
      const moved = yield* life.ended
      assert.deepStrictEqual([moved.status, moved.problems], ["succeeded", []])
      const elsewhere = yield* fire(pool, tenant, "After")
      assert.deepStrictEqual(
        [elsewhere.status, elsewhere.headers["location"]],
        [308, `https://acme.example.com/in/${tenant.keys.generic}`]
      )
      assert.strictEqual((yield* pool.call("POST", "/v2/enqueue", { json: events })).status, 308)
      assert.strictEqual((yield* life.tenant).state, "active")
      assert.strictEqual((yield* pool.call("GET", "/api/v1/incidents", { headers: tenant.admin })).status, 401)
      assert.strictEqual((yield* fire(pool, other, "Theirs")).status, 202)

      const own = yield* startOwn("acme")
      const there = on(own, tenant)
      assert.include((yield* incidentsOf(there)).map(({ id }) => id), incident!.id)
      assert.strictEqual((yield* fire(own, tenant, "After")).status, 202)
      yield* eventually(
        "the second is paged after the move",
        pagedOf(there, incident!.id),
        (paged) => paged.includes("second"),
        "150 seconds"
      )
      assert.deepStrictEqual(
        (yield* pagedOf(there, incident!.id)).filter((who) => who === "first"),
        ["first"]
      )
      yield* own.stop

      const back = yield* life.finish({ kind: "apply", config: pooledTenant("acme") })
      assert.deepStrictEqual([back.status, back.problems], ["succeeded", []])
      assert.strictEqual((yield* fire(pool, tenant, "Back")).status, 202)
      assert.includeMembers((yield* incidentsOf(tenant)).map(({ title }) => title), ["Before", "After", "Back"])
      assert.lengthOf(yield* incidentsOf(other), 1)
      const again = yield* life.post("/operations", { kind: "apply", config: pooledTenant("acme") })
      assert.deepStrictEqual(again.json, { operation: null })
    }).pipe(Effect.scoped))

  it.effect("stays where it is when its data does not arrive, or what comes after that fails, both ways", () =>
    Effect.gen(function*() {
      const { play, pool, startOwn } = yield* startPool
      const tenant = yield* makeTenant(pool, "acme")
      assert.strictEqual((yield* fire(pool, tenant, "Before")).status, 202)
      const life = lifeOf(pool, "acme")
      for (
        const [way, problem] of [["forget", /has not answered that the data has arrived/], ["fail", /full/]] as const
      ) {
        yield* play(way)
        const failed = yield* life.finish({ kind: "apply", config: ownTenant("acme") })
        assert.strictEqual(failed.status, "failed")
        assert.match(failed.problems.join(), problem)
        assert.strictEqual((yield* life.tenant).state, "active")
        assert.lengthOf(yield* incidentsOf(tenant), 1)
        assert.strictEqual((yield* fire(pool, tenant, "Before")).status, 202)
      }
      const titles = (tenant: Tenant) => Effect.map(incidentsOf(tenant), (all) => all.map(({ title }) => title))
      const before = yield* titles(tenant)
      yield* play("build")
      const moved = yield* life.finish({ kind: "apply", config: ownTenant("acme") })
      assert.strictEqual(moved.status, "succeeded")
      const late = yield* pool.call("GET", `/api/v1/moves/${moved.id}/archive`, {
        headers: { authorization: "Bearer 0123456789" }
      })
      assert.strictEqual(late.status, 404)
      yield* play("fail-late")
      const failed = yield* life.finish({ kind: "apply", config: pooledTenant("acme") })
      assert.deepStrictEqual([failed.status, failed.problems], ["failed", ["The cluster is full"]])
      assert.strictEqual((yield* pool.call("GET", "/api/v1/incidents", { headers: tenant.admin })).status, 401)
      assert.strictEqual((yield* fire(pool, tenant, "Elsewhere")).status, 308)
      assert.deepStrictEqual(yield* titles(on(yield* startOwn("acme"), tenant)), before)
    }).pipe(Effect.scoped))
})
