import { assert, describe, it } from "@effect/vitest"
import { Isolated } from "@innkeeper/config"
import { Arbitrary, Effect, Schema } from "effect"
import { environments } from "../testing/environments.fixture.ts"
import { hardOf, peakOf } from "../testing/Peak.fixture.ts"
import { decoded, modes, oneOfEach, plan, tenantInput, tenants } from "../testing/tenants.fixture.ts"
import { planTenant } from "./planTenant.ts"

/** For sums of decimal fractions. */
const rounding = 1e-6

const overruns = (hard: Record<string, number>, peak: Record<string, number>) =>
  Object.entries(hard).filter(([name, limit]) => (peak[name] ?? 0) > limit + rounding)

describe("the quota of a namespace", () => {
  it.effect.prop(
    "holds the peak of a rollout with jobs, a backup or a restoration, and certificate solvers",
    [tenants, Arbitrary.schema(Schema.Literals(["backup", "restoreFrom"]))],
    ([tenant, asked]) =>
      Effect.map(plan(tenant, { [asked]: "operation-1.dump" }), (plan) => {
        if (plan.tier === "pooled") return
        assert.deepStrictEqual(overruns(hardOf(plan), peakOf(plan)), [])
      })
  )

  it.effect.prop(
    "holds the volume of a backup that has ended, which is there until the next change is done",
    [tenants, Arbitrary.schema(Schema.Literals(["backup", "restoreFrom"]))],
    ([tenant, asked]) =>
      Effect.gen(function*() {
        const next = yield* plan(tenant, { [asked]: "operation-2.dump" })
        if (next.tier === "pooled") return
        const ended = (yield* plan(tenant, { backup: "operation-1.dump" })).objects.filter(({ manifest, name }) =>
          manifest.kind === "Job" && !next.objects.some((object) => object.name === name)
        )
        assert.lengthOf(ended, 1)
        const { persistentvolumeclaims, "requests.storage": storage } = peakOf({
          ...next,
          objects: [...next.objects, ...ended]
        })
        const hard = hardOf(next)
        assert.isAtMost(persistentvolumeclaims!, hard["persistentvolumeclaims"]!)
        assert.isAtMost(storage!, hard["requests.storage"]!)
      })
  )

  it.effect("is used up to a rest of less than one pod's rounding", () =>
    Effect.forEach(
      oneOfEach.filter(({ tier }) => tier !== "pooled"),
      (tenant) =>
        Effect.map(plan(tenant, { backup: "operation-1.dump" }), (plan) => {
          const hard = hardOf(plan)
          const peak = peakOf(plan)
          assert.isAbove(peak["limits.cpu"]!, hard["limits.cpu"]! * 0.95)
          assert.isAbove(peak["limits.memory"]!, hard["limits.memory"]! * 0.95)
          assert.strictEqual(peak["pods"], hard["pods"])
        })
    ))

  it.effect.prop(
    "is refused with its field and what would do, or it holds the peak, whatever is ordered",
    [
      Arbitrary.schema(Isolated.fields.quotas)
    ],
    ([quotas]) =>
      Effect.forEach(
        modes,
        (mode) =>
          Effect.forEach(["isolated", "dedicated"] as const, (tier) =>
            planTenant(decoded(tenantInput(tier, mode, { quotas: { ...quotas } })), environments[mode]).pipe(
              Effect.match({
                onSuccess: (plan) =>
                  assert.deepStrictEqual(overruns(hardOf(plan), peakOf(plan)), []),
                onFailure: ({ problems }) => {
                  for (const { field, problem } of problems) {
                    assert.match(field, /^quotas\.(cpu|memory)$/)
                    assert.match(problem, /^expected at least [\d.]+ (cores|GiB) for \d+ replicas/)
                  }
                }
              })
            ))
      )
  )

  it.effect("takes exactly the smallest that a refusal names", () =>
    Effect.gen(function*() {
      for (const mode of modes) {
        for (const tier of ["isolated", "dedicated"] as const) {
          const quotas = { ...decoded(tenantInput(tier, mode)).quotas, cpu: 0.1, memory: 0.25 }
          const order = (changes: object) =>
            planTenant(decoded(tenantInput(tier, mode, { quotas: { ...quotas, ...changes } })), environments[mode])
          const { problems } = yield* Effect.flip(order({}))
          const [cpu, memory] = problems.map(({ problem }) => Number(/[\d.]+/.exec(problem)?.[0]))
          assert.strictEqual((yield* order({ cpu, memory })).tier, tier)
          const less = yield* Effect.flip(order({ cpu: cpu! - 0.01, memory: memory! - 0.01 }))
          assert.deepStrictEqual(less.problems.map(({ field }) => field), ["quotas.cpu", "quotas.memory"])
        }
      }
    }))
})
