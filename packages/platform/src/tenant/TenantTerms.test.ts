import { assert, layer } from "@effect/vitest"
import { defaultQuotas } from "@innkeeper/config"
import { OwnerSql } from "@innkeeper/database"
import { makeTenant, tenantInput } from "@innkeeper/testkit"
import { Context, Effect, Exit, Layer, Logger, Option } from "effect"
import { platformLayer, slugOf } from "../Platform.fixture.ts"
import { TenantConfigs } from "./TenantConfigs.ts"
import { TenantTerms } from "./TenantTerms.ts"

const configure = Effect.fnUntraced(function*(slug: string, changes: Parameters<typeof tenantInput>[1]) {
  const config = tenantInput(3, { slug, domains: [], ...changes })
  yield* (yield* TenantConfigs).enter({ tenants: [{ file: slug, config }], dryRun: false, source: "database" })
})

layer(platformLayer)("the terms of a tenant", (it) => {
  it.effect("are those of the pooled tier with on-call while no configuration was entered, and then its own", () =>
    Effect.gen(function*() {
      const terms = yield* TenantTerms
      const id = yield* makeTenant("fresh")
      assert.deepStrictEqual(yield* terms.of(id), {
        slug: slugOf("fresh"),
        name: "fresh",
        state: "active",
        quotas: { ...defaultQuotas("pooled") },
        features: ["oncall"],
        mail: null
      })
      yield* configure("fresh", {
        name: "Fresh Inns",
        features: ["travel"],
        quotas: { users: 1, alertsPerMinute: 2, retentionDays: 3 }
      })
      const { features, name, quotas } = yield* terms.of(id)
      assert.deepStrictEqual([name, features, { ...quotas }], [
        "Fresh Inns",
        ["travel"],
        { users: 1, alertsPerMinute: 2, retentionDays: 3 }
      ])
    }))

  it.effect("allow an unconfigured tenant as many alerts as the installation says", () =>
    Effect.gen(function*() {
      const generous = Context.get(yield* Layer.build(Layer.fresh(TenantTerms.layer({ alerts: 9000 }))), TenantTerms)
      const [id, configured] = [yield* makeTenant("generous"), yield* makeTenant("stated")]
      yield* configure("stated", { quotas: { users: 1, alertsPerMinute: 2, retentionDays: 3 } })
      assert.strictEqual((yield* generous.of(id)).quotas.alertsPerMinute, 9000)
      assert.strictEqual((yield* generous.of(configured)).quotas.alertsPerMinute, 2)
    }))

  it.effect("and the hosts that lead to it are asked for again after the database has failed once", () =>
    Effect.gen(function*() {
      const terms = yield* TenantTerms
      const configs = yield* TenantConfigs
      const owner = yield* OwnerSql
      const id = yield* makeTenant("blip")
      yield* configure("blip", { domains: ["alerts.blip.example"] })
      yield* Effect.acquireUseRelease(
        owner`ALTER TABLE tenant RENAME TO tenant_away`,
        () =>
          Effect.gen(function*() {
            assert.isTrue(Exit.hasDies(yield* Effect.exit(terms.of(id))))
            assert.isTrue(Exit.hasDies(yield* Effect.exit(configs.ofHost("alerts.blip.example"))))
          }),
        () => owner`ALTER TABLE tenant_away RENAME TO tenant`
      )
      assert.strictEqual((yield* terms.of(id)).slug, slugOf("blip"))
      assert.deepStrictEqual(yield* configs.ofHost("alerts.blip.example"), Option.some({ id, slug: slugOf("blip") }))
    }))

  it.effect("are those of an unconfigured tenant, in its own state, where what is stored is no configuration", () =>
    Effect.gen(function*() {
      const terms = yield* TenantTerms
      const owner = yield* OwnerSql
      const id = yield* makeTenant("broken")
      yield* configure("broken", {})
      yield* owner`
        UPDATE tenant SET config = jsonb_set(config, '{quotas,users}', '"many"'), state = 'suspended' WHERE id = ${id}`
      yield* (yield* TenantConfigs).forget(["broken"])
      const logged: Array<unknown> = []
      const collector = Logger.make<unknown, void>(({ message }) => void logged.push(message))
      const found = yield* terms.of(id).pipe(Effect.provideService(Logger.CurrentLoggers, new Set([collector])))
      assert.deepStrictEqual([found.state, found.quotas.users, found.features], ["suspended", 50, ["oncall"]])
      assert.include(JSON.stringify(logged), "cannot be read")
      assert.strictEqual((yield* Effect.flip(terms.served(id))).state, "suspended")
    }))
})
