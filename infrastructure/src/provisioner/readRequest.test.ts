import { assert, describe, it } from "@effect/vitest"
import type { ProvisionEvent } from "@innkeeper/config"
import { Effect } from "effect"
import type { Plan } from "../plan/Plan.ts"
import { environments } from "../testing/environments.fixture.ts"
import { requestOf } from "../testing/provisionProcess.fixture.ts"
import { type Mode, modes, oneOfEach, plan, tenantInput } from "../testing/tenants.fixture.ts"
import { provision } from "./provision.ts"
import { readRequest } from "./readRequest.ts"
import type { Adapter } from "./Work.ts"

const asked = (mode: Mode, changes: Readonly<Record<string, unknown>>) =>
  readRequest(JSON.stringify(requestOf(changes)), environments[mode])

const refused = (mode: Mode, changes: Readonly<Record<string, unknown>>) =>
  Effect.map(Effect.flip(asked(mode, changes)), ({ message, refused }) => {
    assert.isTrue(refused)
    return message
  })

const built = (mode: Mode, tier: string) =>
  plan(oneOfEach.find((tenant) => tenant.mode === mode && tenant.tier === tier)!)
const recorded = (plan: Plan) => JSON.parse(JSON.stringify(plan))
const config = (mode: Mode, tier: "pooled" | "isolated" | "dedicated", changes: Record<string, unknown> = {}) =>
  tenantInput(tier, mode, changes)

describe("a request", () => {
  it.effect("is what separates the plan from the record, of which none is lost on its way", () =>
    Effect.forEach(modes, (mode) =>
      Effect.gen(function*() {
        const before = recorded(yield* built(mode, "isolated"))
        const same = yield* asked(mode, { before, config: config(mode, "isolated") })
        assert.deepStrictEqual(same.changes, [])
        const suspended = yield* asked(mode, { before, config: config(mode, "isolated"), service: "suspended" })
        assert.deepStrictEqual(suspended.changes.map(({ kind }) => kind), ["Deployment", "HorizontalPodAutoscaler"])
      })))

  it.effect("moves a tenant to a database of its own with a backup only; a preview needs none", () =>
    Effect.forEach(modes, (mode) =>
      Effect.gen(function*() {
        const change = {
          before: recorded(yield* built(mode, "isolated")),
          config: config(mode, "dedicated")
        }
        assert.match(yield* refused(mode, change), /^restoreFrom: expected the name of a backup/)
        const { changes } = yield* asked(mode, { ...change, restoreFrom: "operation-1.dump" })
        assert.isTrue(changes.some(({ action, name }) => action === "create" && name.startsWith("acme-restore-")))
        assert.isNotEmpty((yield* asked(mode, { ...change, action: "preview" })).changes)
      })))

  it.effect("that would lose data is refused: another slug, the pool's database, smaller storage, a dropped database", () =>
    Effect.gen(function*() {
      const isolated = recorded(yield* built("selfhosted", "isolated"))
      const dedicated = recorded(yield* built("selfhosted", "dedicated"))
      const pooled = recorded(yield* built("selfhosted", "pooled"))
      const of = (before: unknown, next: unknown) => refused("selfhosted", { before, config: next })
      const renamed = config("selfhosted", "isolated", { slug: "globex" })
      assert.match(yield* of(isolated, renamed), /^slug: expected acme/)
      assert.match(
        yield* refused("selfhosted", { before: isolated, config: renamed, action: "destroy" }),
        /^slug: expected acme/
      )
      assert.match(yield* of(pooled, config("selfhosted", "isolated")), /^tier: expected pooled, since nothing moves/)
      assert.match(yield* of(isolated, config("selfhosted", "pooled")), /^tier: expected isolated or dedicated/)
      assert.match(yield* of(dedicated, config("selfhosted", "isolated")), /^tier: expected one that keeps/)
    }))

  it.effect("moves a tenant out of the pool, where nothing was built, and names its secret nowhere", () =>
    Effect.forEach(modes, (mode) =>
      Effect.gen(function*() {
        const key = "0123456789abcdef0123456789abcdef-_x"
        const before = recorded(yield* built(mode, "pooled"))
        const work = yield* asked(mode, {
          before,
          config: config(mode, "isolated"),
          move: { direction: "in", key }
        })
        assert.isTrue(work.changes.every(({ action }) => action === "create"))
        assert.isTrue(work.changes.some(({ kind, name }) => kind === "Job" && name.startsWith("acme-move-")))
        assert.notInclude(JSON.stringify(work.plan), key)
        assert.match(
          yield* refused(mode, { config: config(mode, "isolated"), move: { direction: "up", key: "short" } }),
          /^request\.move\.direction: .+\nrequest\.move\.key: .+$/
        )
      })))

  it.effect("that makes no sense is refused in a sentence for each field", () =>
    Effect.gen(function*() {
      const wrong = config("selfhosted", "isolated")
      assert.match(
        yield* refused("selfhosted", { action: "sell", service: 1 }),
        /^request\.action: .+\nrequest\.service: .+$/
      )
      assert.match(yield* refused("selfhosted", { config: { ...wrong, slug: "No", name: "" } }), /^slug: .+\nname: .+$/)
      const quotas = { ...wrong.quotas, cpu: 0.5, memory: 0.5 }
      assert.match(
        yield* refused("selfhosted", { config: { ...wrong, quotas } }),
        /^quotas\.cpu: .+\nquotas\.memory: .+$/
      )
      assert.match(yield* refused("cloud", { config: wrong }), /^mode: expected cloud/)
      assert.match(
        yield* refused("selfhosted", { before: { stack: 1 } }),
        /^before: expected what this program returned/
      )
    }))

  it.effect("with a name that could leave its place is refused", () =>
    Effect.gen(function*() {
      assert.match(yield* refused("selfhosted", { operation: "../1", action: "backup" }), /^backup: expected/)
      assert.match(yield* refused("selfhosted", { restoreFrom: "/etc/passwd" }), /^restoreFrom: expected/)
    }))

  it.effect("for a pooled tenant asks nothing of the adapter, and its record shows a later change of tier", () =>
    Effect.gen(function*() {
      const told: Array<ProvisionEvent> = []
      const never = () => Effect.die("asked")
      const adapter: Adapter<never> = {
        name: "pulumi",
        preview: never,
        apply: never,
        previewDestroy: never,
        destroy: never
      }
      for (const action of ["preview", "preview-destroy", "backup", "destroy", "apply"]) {
        const line = JSON.stringify(requestOf({ action, config: config("selfhosted", "pooled") }))
        yield* provision(line, environments.selfhosted, adapter, (event) => Effect.sync(() => void told.push(event)))
        assert.deepStrictEqual(told.at(-2), { _tag: "Planned", changes: [] })
        assert.deepInclude(told.at(-1), { _tag: "Done", backup: null })
      }
      const last = told.at(-1)
      const next = { before: last?._tag === "Done" ? last.record : null, config: config("selfhosted", "isolated") }
      assert.match(yield* refused("selfhosted", next), /^tier: expected pooled/)
    }))
})
