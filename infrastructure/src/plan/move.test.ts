import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { problemsOf } from "../testing/manifests.fixture.ts"
import { plan, tenants } from "../testing/tenants.fixture.ts"
import { diffPlans } from "./diffPlans.ts"
import type { Plan } from "./Plan.ts"
import { secretKeysOf } from "./secretKeys.ts"

const operation = "0193a0c0-0000-7000-8000-000000000001"

const jobOf = ({ objects, stack }: Plan) => objects.find(({ name }) => name.startsWith(`${stack}-move-`))

describe("the move of a tenant's data", () => {
  it.effect.prop(
    "adds a job, its secret and its way out, and changes nothing else",
    [tenants],
    ([tenant]) =>
      Effect.gen(function*() {
        const before = yield* plan(tenant, { service: "suspended" })
        const moving = yield* plan(tenant, { service: "suspended", move: { direction: "out", operation } })
        const changes = (yield* diffPlans(before, moving)).map(({ action, kind }) => `${action} ${kind}`).toSorted()
        assert.deepStrictEqual(
          changes,
          tenant.config.tier === "pooled" ? [] : [
            "create Job",
            "create NetworkPolicy",
            "create Secret",
            // Who may reach the database, and of a database in the namespace who may be let in.
            "update NetworkPolicy",
            ...(tenant.config.tier === "dedicated" && tenant.mode === "selfhosted" ? ["update NetworkPolicy"] : [])
          ]
        )
        assert.deepStrictEqual(moving.objects.flatMap(({ manifest }) => problemsOf(manifest)), [])
        assert.strictEqual(secretKeysOf(moving).includes("moveKey"), tenant.config.tier !== "pooled")
      })
  )

  it.effect.prop(
    "comes in before a server works, and goes out after the last one has stopped",
    [tenants],
    ([tenant]) =>
      Effect.gen(function*() {
        if (tenant.config.tier === "pooled") return
        for (const direction of ["in", "out"] as const) {
          const moving = yield* plan(tenant, { service: "suspended", move: { direction, operation } })
          const job = jobOf(moving)
          const server = moving.objects.find(({ name }) => name === `${moving.stack}-server`)
          assert.strictEqual(server?.dependsOn.includes(job?.name ?? ""), direction === "in")
          assert.strictEqual(job?.dependsOn.includes(server?.name ?? ""), direction === "out")
          const [container] = job?.manifest.kind === "Job" ? job.manifest.spec?.template.spec?.containers ?? [] : []
          assert.deepStrictEqual(container?.args, ["move", direction, moving.stack])
          const url = container?.env?.find(({ name }) => name === "MOVE_URL")?.value
          assert.match(url ?? "", new RegExp(`^http://[\\w.-]+\\.svc:\\d+/api/v1/moves/${operation}$`))
        }
      })
  )

  it.effect.prop(
    "is another job for another operation, and the same for the same",
    [tenants],
    ([tenant]) =>
      Effect.gen(function*() {
        if (tenant.config.tier === "pooled") return
        const nameOf = (operation: string) =>
          Effect.map(plan(tenant, { move: { direction: "in", operation } }), (moving) => jobOf(moving)?.name)
        assert.strictEqual(yield* nameOf(operation), yield* nameOf(operation))
        assert.notStrictEqual(yield* nameOf(operation), yield* nameOf("another"))
      })
  )
})
