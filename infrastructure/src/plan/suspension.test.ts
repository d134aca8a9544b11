import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { deployTenant } from "../component/deployTenant.ts"
import { selfhostedInput } from "../testing/environments.fixture.ts"
import { problemsOf } from "../testing/manifests.fixture.ts"
import { configuration, runProgram } from "../testing/mocks.fixture.ts"
import { oneOfEach, plan, tenantInput, tenants } from "../testing/tenants.fixture.ts"
import { diffPlans } from "./diffPlans.ts"
import type { PlanOptions } from "./OwnTenant.ts"

const isolated = oneOfEach.find(({ tier }) => tier === "isolated")!

describe("a suspended tenant", () => {
  it.effect.prop(
    "runs no server and keeps everything else, whatever its configuration",
    [tenants],
    ([tenant]) =>
      Effect.gen(function*() {
        const active = yield* plan(tenant)
        const suspended = yield* plan(tenant, { service: "suspended" })
        const changes = (yield* diffPlans(active, suspended)).map(({ action, fields, kind }) => ({
          action,
          fields,
          kind
        }))
        assert.deepStrictEqual(
          changes,
          tenant.config.tier === "pooled" ? [] : [
            { action: "update", fields: ["metadata.annotations", "spec.replicas"], kind: "Deployment" },
            { action: "delete", fields: [], kind: "HorizontalPodAutoscaler" }
          ]
        )
        assert.deepStrictEqual(suspended.objects.flatMap(({ manifest }) => problemsOf(manifest)), [])
      })
  )

  it.effect.prop("comes back as it was", [tenants], ([tenant]) =>
    Effect.gen(function*() {
      const back = yield* diffPlans(yield* plan(tenant, { service: "suspended" }), yield* plan(tenant))
      assert.isTrue(back.every(({ action }) => action === "update" || action === "create"))
    }))

  it.effect("has the number of its servers taken from the autoscaler, and given back when it is served again", () =>
    Effect.gen(function*() {
      const annotationsOf = (options: Partial<PlanOptions>) =>
        Effect.map(
          plan(isolated, options),
          ({ objects }) => objects.find(({ name }) => name === "acme-server")?.manifest.metadata?.annotations
        )
      const forced = { "pulumi.com/patchForce": "true" }
      assert.deepStrictEqual(yield* annotationsOf({ service: "suspended" }), forced)
      assert.deepStrictEqual(yield* annotationsOf({ release: true }), forced)
      assert.isUndefined(yield* annotationsOf({}))
    }))

  it.effect("is suspended by the stack's configuration", () =>
    Effect.gen(function*() {
      const replicas = (secrets: Record<string, string>) =>
        Effect.map(
          runProgram("acme", () => deployTenant(tenantInput("isolated", "selfhosted"), selfhostedInput), secrets),
          (registered) => registered.find(({ name }) => name === "acme-server")?.inputs["spec"]
        )
      assert.include(yield* replicas({ ...configuration, suspended: "true" }), { replicas: 0 })
      assert.notProperty(yield* replicas(configuration), "replicas")
    }))
})
