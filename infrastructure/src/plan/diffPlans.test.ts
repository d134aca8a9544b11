import { assert, describe, it } from "@effect/vitest"
import { defaultQuotas, type Tier } from "@innkeeper/config"
import { Effect } from "effect"
import { environments } from "../testing/environments.fixture.ts"
import { decoded, type Mode, modes, plan, planOf, tenantInput, tenants } from "../testing/tenants.fixture.ts"
import { type Change, diffPlans } from "./diffPlans.ts"

const of = (mode: Mode, tier: Tier, changes: Record<string, unknown> = {}) =>
  planOf(tenantInput(tier, mode, changes), environments[mode])

const diff = Effect.fnUntraced(
  function*(mode: Mode, from: [Tier, Record<string, unknown>?], to: [Tier, Record<string, unknown>?]) {
    return yield* diffPlans(yield* of(mode, ...from), yield* of(mode, ...to))
  }
)

const named = (changes: ReadonlyArray<Change>, action: Change["action"]) =>
  changes.filter((change) => change.action === action).map(({ kind }) => kind).toSorted()

describe("the difference of two plans", () => {
  it.effect.prop("is empty for a second plan of the same", [tenants], ([tenant]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* diffPlans(yield* plan(tenant), yield* plan(tenant)), [])
    }))

  it.effect.prop("creates everything the first time", [tenants], ([tenant]) =>
    Effect.gen(function*() {
      const changes = yield* diffPlans(undefined, yield* plan(tenant))
      assert.isTrue(changes.every(({ action }) => action === "create"))
      assert.isNotEmpty(changes)
    }))

  it.effect("of a tenant that gets a database of its own updates what is there and replaces nothing", () =>
    Effect.gen(function*() {
      const changes = {
        selfhosted: yield* diff("selfhosted", ["isolated"], ["dedicated"]),
        cloud: yield* diff("cloud", ["isolated"], ["dedicated"])
      }
      for (const mode of modes) {
        assert.deepStrictEqual(named(changes[mode], "replace"), [])
        // Neither can change: the new ones have names of their own.
        assert.deepStrictEqual(named(changes[mode], "delete"), ["Job", "PriorityClass"])
        assert.include(named(changes[mode], "update"), "Deployment")
      }
      assert.deepStrictEqual(named(changes.cloud, "create"), [
        "Job",
        "Password",
        "Password",
        "PriorityClass",
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "aws:rds/instance:Instance"
      ])
    }))

  it.effect("refuses to move a tenant to or from the pool's database", () =>
    Effect.forEach(
      [["pooled", "isolated"], ["dedicated", "pooled"]] as const,
      ([from, to]) =>
        Effect.map(Effect.flip(diff("cloud", [from], [to])), ({ message }) =>
          assert.match(message, /^tier: expected (pooled|isolated or dedicated), since nothing moves the data/))
    ))

  it.effect("names the fields that a larger quota changes", () =>
    Effect.gen(function*() {
      const quotas = { ...defaultQuotas("isolated"), replicas: { minimum: 2, maximum: 4 }, storage: 80 }
      const changes = yield* diff("selfhosted", ["isolated"], ["isolated", { quotas }])
      assert.deepStrictEqual(changes, [
        { action: "update", name: "acme-quota", kind: "ResourceQuota", fields: ["spec.hard.requests.storage"] },
        { action: "update", name: "acme-configuration", kind: "ConfigMap", fields: ["data.acme.json"] },
        {
          action: "update",
          name: "acme-server",
          kind: "Deployment",
          fields: ["spec.template.metadata.annotations.innkeeper/configuration"]
        },
        {
          action: "update",
          name: "acme-backup",
          kind: "CronJob",
          fields: [
            "spec.jobTemplate.spec.template.spec.volumes.0.ephemeral.volumeClaimTemplate.spec.resources.requests.storage"
          ]
        }
      ])
    }))

  it.effect("replaces what cannot be changed, and updates the rest", () =>
    Effect.gen(function*() {
      const planned = yield* of("selfhosted", "dedicated")
      const before = { ...planned, objects: planned.objects.map((object) => ({ ...object, protect: false })) }
      /** What a plan would do in which the field of all objects of the kind has another value. */
      const actionOf = Effect.fnUntraced(function*(kind: string, path: string) {
        const after = structuredClone(before)
        const [last = "", ...parents] = path.split(".").toReversed()
        for (const { manifest } of after.objects.filter((object) => object.manifest.kind === kind)) {
          const parent = parents.reduceRight<object>((value, key) => Reflect.get(value, key), manifest)
          Reflect.set(parent, last, "other")
        }
        const changes = yield* diffPlans(before, after)
        return [...new Set(changes.map(({ action }) => action))].join()
      })
      const immutable = [
        ["PriorityClass", "value"],
        ["RoleBinding", "roleRef"],
        ["Job", "spec.template"],
        ["Deployment", "spec.selector.matchLabels"],
        ["StatefulSet", "spec.serviceName"],
        ["PersistentVolumeClaim", "spec.storageClassName"],
        ["Service", "metadata.namespace"]
      ] as const
      for (const [kind, path] of immutable) {
        assert.strictEqual(yield* actionOf(kind, path), "replace", `${kind} ${path}`)
      }
      const mutable = [
        ["Deployment", "spec.template"],
        ["StatefulSet", "spec.template"],
        ["Service", "spec.ports"],
        ["Namespace", "metadata.labels"]
      ] as const
      for (const [kind, path] of mutable) assert.strictEqual(yield* actionOf(kind, path), "update", `${kind} ${path}`)
    }))

  it.effect("refuses another slug", () =>
    Effect.map(
      Effect.flip(diff("cloud", ["isolated"], ["isolated", { slug: "globex" }])),
      ({ message }) =>
        assert.strictEqual(message, "slug: expected acme, since a renamed tenant would be built anew, got globex")
    ))

  it.effect("refuses storage that shrinks", () =>
    Effect.forEach(modes, (mode) =>
      Effect.map(
        Effect.flip(
          diff(mode, ["dedicated"], ["dedicated", { quotas: { ...defaultQuotas("dedicated"), storage: 100 } }])
        ),
        ({ message }) => assert.match(message, /^quotas\.storage: expected no less than there is/)
      )))

  it.effect("refuses fewer cores and less memory while servers run, and takes them while none does", () =>
    Effect.gen(function*() {
      const quotas = { ...defaultQuotas("isolated"), cpu: 4, memory: 8 }
      const less = { cpu: 3.5 }
      for (const [field, changes] of [["cpu", less], ["memory", { memory: 7.5 }]] as const) {
        const { message } = yield* Effect.flip(
          diff("selfhosted", ["isolated", { quotas }], ["isolated", { quotas: { ...quotas, ...changes } }])
        )
        assert.match(
          message,
          new RegExp(`^quotas\\.${field}: expected no less than there is while servers run.*suspend`)
        )
      }
      const planned = (changes: object, service: "active" | "suspended") =>
        plan({
          config: decoded(tenantInput("isolated", "selfhosted", { quotas: { ...quotas, ...changes } })),
          mode: "selfhosted"
        }, { service })
      const [large, small] = [yield* planned({}, "suspended"), yield* planned(less, "suspended")]
      assert.isNotEmpty(yield* diffPlans(large, small))
      assert.isNotEmpty(yield* diffPlans(small, yield* planned(less, "active")))
      assert.isNotEmpty(yield* diffPlans(yield* planned(less, "active"), yield* planned({}, "active")))
    }))

  it.effect("refuses a tier that would delete a database", () =>
    Effect.forEach(modes, (mode) =>
      Effect.map(
        Effect.flip(diff(mode, ["dedicated"], ["isolated"])),
        ({ message }) => assert.match(message, /^tier: expected one that keeps acme-database/)
      )))
})
