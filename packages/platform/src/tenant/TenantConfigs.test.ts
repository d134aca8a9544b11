import { assert, layer } from "@effect/vitest"
import { decodeTenantConfig } from "@innkeeper/config"
import { asTenant, OwnerSql } from "@innkeeper/database"
import { makeTenant, tenantInput, tenantInputs } from "@innkeeper/testkit"
import { Effect, Layer, type Schema } from "effect"
import { TestClock } from "effect/testing"
import { Audit } from "../audit/Audit.ts"
import { AdminAudit } from "../console/AdminAudit.ts"
import { platformLayer, slugOf } from "../Platform.fixture.ts"
import { TenantConfigNews, TenantConfigs } from "./TenantConfigs.ts"
import { Tenants } from "./Tenants.ts"

const enter = Effect.fnUntraced(function*(inputs: ReadonlyArray<Schema.Json>, dryRun = false) {
  const configs = yield* TenantConfigs
  const tenants = inputs.map((config, index) => ({ file: `${index}.yaml`, config }))
  return yield* configs.enter({ tenants, dryRun, source: "database" })
})

/** What the registry has, with what would tell of any write. */
const registry = Effect.gen(function*() {
  const sql = yield* OwnerSql
  return yield* sql`SELECT to_jsonb(tenant) AS row FROM tenant ORDER BY slug`
})

const sixty = (changes: Readonly<Record<string, Schema.Json>> = {}) =>
  Array.from({ length: 60 }, (_, number) => tenantInput(1000 + number, changes))

/** The service of another process on the same database. */
const processWith = Effect.fnUntraced(function*(options: Parameters<typeof TenantConfigs.layer>[0]) {
  const services = yield* Layer.build(Layer.provideMerge(TenantConfigNews, TenantConfigs.layer(options)))
  return yield* Effect.provideContext(services)(TenantConfigs)
})
const otherProcess = processWith({ source: "database", ttlSeconds: 60 })

let entered = 0

layer(platformLayer)("TenantConfigs", (it) => {
  it.effect.prop(
    "keep any valid configuration as it was stated",
    [tenantInputs],
    ([any]) =>
      Effect.gen(function*() {
        const configs = yield* TenantConfigs
        // Each has its slug and its domains to itself, where the property meets one twice.
        const own = ++entered
        const domains = any.domains.map((domain) => `n${own}.${domain}`)
        const input = { ...any, slug: `${any.slug}-${own}`, domains }
        yield* enter([input])
        const { config, name, tier } = yield* configs.get(slugOf(input.slug))
        assert.deepStrictEqual(config, yield* decodeTenantConfig(input))
        assert.deepStrictEqual([name, tier], [input.name, input.tier])
      }),
    { arbitrary: { runs: 25 } }
  )

  it.effect("enter sixty tenants, and nothing the second time", () =>
    Effect.gen(function*() {
      const first = yield* enter(sixty())
      assert.deepStrictEqual([first.length, new Set(first.map(({ action }) => action))], [60, new Set(["create"])])
      const before = yield* registry
      const entries = (yield* (yield* AdminAudit).list({ limit: 200 })).length
      const second = yield* enter(sixty())
      assert.deepStrictEqual(new Set(second.map(({ action }) => action)), new Set(["unchanged"]))
      assert.deepStrictEqual(yield* registry, before)
      assert.strictEqual((yield* (yield* AdminAudit).list({ limit: 200 })).length, entries)
    }))

  it.effect("write nothing in a dry run, and say what the real run then does", () =>
    Effect.gen(function*() {
      yield* enter([tenantInput(1), tenantInput(2)])
      const inputs = [tenantInput(1), tenantInput(2, { name: "Another name" }), tenantInput(3)]
      const before = yield* registry
      const would = yield* enter(inputs, true)
      assert.deepStrictEqual(would.map(({ action }) => action), ["unchanged", "update", "create"])
      assert.deepStrictEqual(would[1]?.fields, [{ field: "name", before: "Inn 2", after: "Another name" }])
      assert.deepStrictEqual(yield* registry, before)
      assert.deepStrictEqual(yield* enter(inputs), would)
    }))

  it.effect("write nothing when one of many is wrong, and say all that is", () =>
    Effect.gen(function*() {
      const before = yield* registry
      const pooled = tenantInput(30)
      const error = yield* Effect.flip(enter([
        tenantInput(33),
        { ...pooled, slug: "t-31", domains: ["no domain"] },
        { ...pooled, slug: "t-32", tier: "gold" },
        { ...pooled, slug: "t-34", quotas: { ...pooled.quotas, users: 0 } },
        { ...pooled, slug: "t-35", colour: "red" },
        "no object"
      ]))
      assert.strictEqual(error._tag, "Unprocessable")
      if (error._tag !== "Unprocessable") return
      assert.deepStrictEqual(error.errors.map(({ path }) => path.join(".")), [
        "tenants.1.config.domains.0",
        "tenants.2.config.tier",
        "tenants.3.config.quotas.users",
        "tenants.4.config.colour",
        "tenants.5.config"
      ])
      const taken = yield* Effect.flip(enter([tenantInput(36), tenantInput(37, { domains: ["d0.t-36.example"] })]))
      assert.strictEqual(taken._tag === "Unprocessable" ? taken.errors.length : 0, 2)
      assert.deepStrictEqual(yield* registry, before)
    }))

  it.effect("enter tenants once when many import them at once", () =>
    Effect.gen(function*() {
      const inputs = Array.from({ length: 10 }, (_, number) => tenantInput(2000 + number))
      const changes = yield* Effect.all(Array.from({ length: 6 }, () => enter(inputs)), { concurrency: "unbounded" })
      const actions = changes.map((done) => new Set(done.map(({ action }) => action)))
      assert.deepStrictEqual(actions.filter((done) => done.has("create")), [new Set(["create"])])
      assert.strictEqual(actions.filter((done) => done.has("unchanged") && done.size === 1).length, 5)
    }))

  it.effect("replace the version that one has seen, and no newer one", () =>
    Effect.gen(function*() {
      const configs = yield* TenantConfigs
      yield* enter([tenantInput(51)])
      const change = (name: string) => ({ version: 1, config: tenantInput(51, { name }) })
      const [one, other] = yield* Effect.forEach(
        ["One", "Other"],
        (name) => Effect.result(configs.replace(slugOf("t-51"), change(name))),
        { concurrency: "unbounded" }
      )
      const failed = [one, other].filter((result) => result?._tag === "Failure")
      assert.deepStrictEqual(failed.map((result) => result?._tag === "Failure" && result.failure._tag), ["Conflict"])
      const { id, name, version } = yield* configs.get(slugOf("t-51"))
      assert.deepStrictEqual([version, name], [2, one?._tag === "Success" ? "One" : "Other"])
      const record = yield* (yield* Audit).search({ limit: 10 }).pipe(asTenant(id))
      assert.deepStrictEqual(record.map(({ action }) => action), ["tenant.configured", "tenant.created"])

      const renamed = yield* Effect.flip(
        configs.replace(slugOf("t-51"), { version: 2, config: tenantInput(51, { slug: "t-52" }) })
      )
      assert.strictEqual(renamed._tag, "Unprocessable")
      const nobody = yield* Effect.flip(
        configs.replace(slugOf("nobody"), { version: 0, config: tenantInput(51, { slug: "nobody", domains: [] }) })
      )
      assert.strictEqual(nobody._tag, "NotFound")
    }))

  it.effect("configure a tenant that was entered without, and follow its new name", () =>
    Effect.gen(function*() {
      const configs = yield* TenantConfigs
      const id = yield* makeTenant("t-60")
      assert.deepInclude(yield* configs.get(slugOf("t-60")), { version: 0, config: null })
      yield* configs.replace(slugOf("t-60"), { version: 0, config: tenantInput(60) })
      yield* (yield* Tenants).rename({ name: "Renamed", timeZone: "Asia/Tokyo" }).pipe(asTenant(id))
      const other = yield* otherProcess
      const { config, version } = yield* other.get(slugOf("t-60"))
      assert.deepStrictEqual([version, config?.name, config?.timeZone], [2, "Renamed", "Asia/Tokyo"])
    }))

  it.effect("are forgotten by every process when one changes them", () =>
    Effect.gen(function*() {
      const configs = yield* TenantConfigs
      const other = yield* otherProcess
      yield* enter([tenantInput(70)])
      const change = (version: number) =>
        configs.replace(slug70, { version, config: tenantInput(70, { name: `Version ${version + 1}` }) })
      // It listens a moment after its start.
      let version = 1
      for (; version <= 100 && (version === 1 || !(yield* sees(other, version, 10))); version++) {
        yield* other.get(slug70)
        yield* change(version)
      }
      for (const last = version + 5; version < last; version++) {
        assert.strictEqual((yield* other.get(slug70)).version, version)
        yield* change(version)
        assert.strictEqual((yield* configs.get(slug70)).version, version + 1)
        assert.isTrue(yield* sees(other, version + 1, 1000), `version ${version + 1}`)
      }
    }))

  it.effect("are read again after their time, should the news of a change be lost", () =>
    Effect.gen(function*() {
      const configs = yield* processWith({ source: "database", ttlSeconds: 3 })
      const sql = yield* OwnerSql
      const { name, slug } = tenantInput(80)
      yield* sql`
        INSERT INTO tenant (id, slug, name, config, config_version)
        VALUES (uuidv7(), ${slug}, ${name}, ${JSON.stringify(tenantInput(80))}::jsonb, 1)`
      const usersOf = Effect.map(configs.get(slugOf(slug)), ({ config }) => config?.quotas.users)
      assert.strictEqual(yield* usersOf, 20)
      yield* sql`UPDATE tenant SET config = jsonb_set(config, '{quotas,users}', '7') WHERE slug = ${slug}`
      assert.strictEqual(yield* usersOf, 20)
      yield* Effect.sleep("3100 millis")
      assert.strictEqual(yield* usersOf, 7)
    }).pipe(TestClock.withLive))

  it.effect("say so when what is stored is none, and can be replaced", () =>
    Effect.gen(function*() {
      const configs = yield* TenantConfigs
      yield* enter([tenantInput(90)])
      const sql = yield* OwnerSql
      yield* sql`UPDATE tenant SET config = jsonb_set(config, '{tier}', '"gold"') WHERE slug = 't-90'`
      const other = yield* otherProcess
      const error = yield* Effect.flip(other.get(slugOf("t-90")))
      assert.match(error.detail ?? "", /^The stored configuration of t-90 is wrong: tier: /)
      yield* configs.replace(slugOf("t-90"), { version: 1, config: tenantInput(90) })
      assert.strictEqual((yield* configs.get(slugOf("t-90"))).tier, "pooled")
    }))

  it.effect("leave what files state to the files", () =>
    Effect.gen(function*() {
      const configs = yield* processWith({ source: "yaml", ttlSeconds: 60 })
      const tenants = [{ file: "a.yaml", config: tenantInput(95) }]
      const [entered] = yield* configs.enter({ tenants, dryRun: false, source: "yaml" })
      assert.strictEqual(entered?.action, "create")
      assert.strictEqual((yield* configs.get(slugOf("t-95"))).source, "yaml")
      const refused = [
        yield* Effect.flip(configs.enter({ tenants, dryRun: false, source: "database" })),
        yield* Effect.flip(configs.replace(slugOf("t-95"), { version: 1, config: tenantInput(95) }))
      ]
      assert.deepStrictEqual(refused.map(({ _tag }) => _tag), ["Conflict", "Conflict"])
    }))
})

const slug70 = slugOf("t-70")

/** Whether the process sees the version within so many looks, 5 ms of real time apart. */
const sees = Effect.fnUntraced(function*(configs: TenantConfigs["Service"], version: number, looks: number) {
  for (let look = 0; look < looks; look++) {
    if ((yield* configs.get(slug70)).version === version) return true
    yield* TestClock.withLive(Effect.sleep("5 millis"))
  }
  return false
})
