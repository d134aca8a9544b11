import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { problemsOf } from "../testing/manifests.fixture.ts"
import { type Mode, modes, oneOfEach, plan, tenants } from "../testing/tenants.fixture.ts"
import { backupFolder, backupNameOf, isBackupName } from "./backupNames.ts"
import { deletionsOf, diffPlans } from "./diffPlans.ts"
import type { Plan } from "./Plan.ts"

const name = backupNameOf("0193")
const own = oneOfEach.filter(({ tier }) => tier !== "pooled")
const one = (mode: Mode, tier: string) => oneOfEach.find((tenant) => tenant.mode === mode && tenant.tier === tier)!

const jobsOf = ({ objects }: Plan, part: string) =>
  objects.flatMap(({ dependsOn, manifest, name }) =>
    manifest.kind === "Job" && name.includes(`-${part}-`) ? [{ dependsOn, manifest, name }] : []
  )

const podOf = (plan: Plan, part: string) => jobsOf(plan, part)[0]?.manifest.spec?.template

const valuesOf = (plan: Plan, part: string) =>
  Object.fromEntries(
    [...podOf(plan, part)?.spec?.initContainers ?? [], ...podOf(plan, part)?.spec?.containers ?? []].flatMap(
      ({ env = [] }) => env.flatMap(({ name, value }) => value === undefined ? [] : [[name, value] as const])
    )
  )

describe("a backup's name", () => {
  it("can go into a script and a path", () => {
    assert.isTrue(isBackupName(name))
    assert.isTrue(isBackupName("2026-11-21T01-02-03Z.dump"))
    for (const wrong of ["", ".dump", "../globex/1.dump", "$(id).dump", "a b.dump", "a.dump\n"]) {
      assert.isFalse(isBackupName(wrong), wrong)
    }
  })

  it("of an operation is in a folder that nothing of another tenant and no nightly pruning reaches", () => {
    assert.strictEqual(backupFolder("acme", name), "_kept/acme")
    assert.strictEqual(backupFolder("acme", "2026-11-21T01-02-03Z.dump"), "acme")
  })

  it.effect("that is not one is refused with its field", () =>
    Effect.map(
      Effect.flip(plan(own[0]!, { backup: "$(id).dump", restoreFrom: "/etc/passwd" })),
      ({ problems }) => assert.deepStrictEqual(problems.map(({ field }) => field), ["backup", "restoreFrom"])
    ))
})

describe("a backup that is asked for", () => {
  it.effect.prop(
    "is one job more, the same as those of the night, and nothing else changes",
    [tenants],
    ([tenant]) =>
      Effect.gen(function*() {
        const after = yield* plan(tenant, { backup: name })
        const changes = yield* diffPlans(yield* plan(tenant), after)
        if (tenant.config.tier === "pooled") return assert.deepStrictEqual(changes, [])
        assert.deepStrictEqual(changes.map(({ action, kind }) => [action, kind]), [["create", "Job"]])
        assert.deepStrictEqual(after.objects.flatMap(({ manifest }) => problemsOf(manifest)), [])
      })
  )

  it.effect("is the same job when the operation is tried again, and another for another operation", () =>
    Effect.gen(function*() {
      const named = (operation: string) =>
        Effect.map(plan(own[0]!, { backup: backupNameOf(operation) }), (plan) => jobsOf(plan, "backup")[0]?.name)
      assert.strictEqual(yield* named("1"), yield* named("1"))
      assert.notStrictEqual(yield* named("1"), yield* named("2"))
    }))

  it.effect("is waited for, made anew when it failed, and not deleted by age", () =>
    Effect.forEach(own, (tenant) =>
      Effect.map(plan(tenant, { backup: name }), (plan) => {
        const [job] = jobsOf(plan, "backup")
        assert.deepStrictEqual(job?.manifest.metadata?.annotations, {
          "pulumi.com/timeoutSeconds": "14400",
          "pulumi.com/replaceUnready": "true"
        })
        assert.include(valuesOf(plan, "backup"), { NAME: name, PREFIX: "_kept/acme" })
        assert.notInclude(JSON.stringify(job), "rclone delete")
        assert.isUndefined(job?.manifest.spec?.ttlSecondsAfterFinished)
        for (const { inputs, type } of plan.cloud) {
          if (!type.endsWith("BucketLifecycleConfiguration")) continue
          const rules = inputs["rules"] as ReadonlyArray<{ expiration?: object; filter: { prefix?: string } }>
          assert.deepStrictEqual(
            rules.filter(({ expiration }) => expiration).map(({ filter }) => filter.prefix),
            ["acme/"]
          )
        }
      })))
})

describe("a backup of a tenant that is not served", () => {
  it.effect("begins after the servers have stopped, and when nobody works in the database any more", () =>
    Effect.gen(function*() {
      const suspended = yield* plan(own[0]!, { backup: name, service: "suspended" })
      assert.include(jobsOf(suspended, "backup")[0]?.dependsOn ?? [], "acme-server")
      assert.include(valuesOf(suspended, "backup"), { IDLE: "true" })
      const active = yield* plan(own[0]!, { backup: name })
      assert.notInclude(jobsOf(active, "backup")[0]?.dependsOn ?? [], "acme-server")
      assert.notProperty(valuesOf(active, "backup"), "IDLE")
    }))
})

describe("a database that begins with a backup", () => {
  it.effect("is restored after its roles are there and before a server starts, in any tier and mode", () =>
    Effect.forEach(own, (tenant) =>
      Effect.gen(function*() {
        const after = yield* plan(tenant, { restoreFrom: name })
        const [restore] = jobsOf(after, "restore")
        const [database] = jobsOf(after, "job")
        const server = after.objects.find(({ name }) => name === "acme-server")
        assert.include(restore?.dependsOn ?? [], database?.name ?? "no job")
        assert.include(server?.dependsOn ?? [], restore?.name ?? "no job")
        assert.include(valuesOf(after, "restore"), {
          NAME: name,
          PREFIX: "_kept/acme",
          OWNER: "tenant_acme_owner",
          PGDATABASE: "tenant_acme"
        })
        assert.deepStrictEqual(after.objects.flatMap(({ manifest }) => problemsOf(manifest)), [])
      })))

  it.effect("is read by a pod that the network treats as one of backups", () =>
    Effect.forEach(own, (tenant) =>
      Effect.gen(function*() {
        const asked = yield* plan(tenant, { restoreFrom: name, backup: name })
        const labels = podOf(asked, "backup")?.metadata?.labels
        assert.include(labels, { "app.kubernetes.io/component": "backup" })
        assert.deepStrictEqual(podOf(asked, "restore")?.metadata?.labels, labels)
      })))
})

describe("a plan that lets go", () => {
  it.effect("of any tenant protects nothing but backups, and serves nobody", () =>
    Effect.forEach(own, (tenant) =>
      Effect.gen(function*() {
        const gone = yield* plan(tenant, { release: true })
        const kept = [...gone.objects, ...gone.cloud].filter(({ protect }) => protect).map(({ name }) => name)
        assert.isTrue(kept.every((name) => name.startsWith("acme-backups")))
        assert.strictEqual(kept.length, tenant.mode === "cloud" ? 5 : 0)
        const server = gone.objects.find(({ name }) => name === "acme-server")?.manifest
        assert.strictEqual(server?.kind === "Deployment" ? server.spec?.replicas : undefined, 0)
        assert.deepStrictEqual(gone.objects.flatMap(({ manifest }) => problemsOf(manifest)), [])
      })))

  it.effect("drops the database on a server of others once the servers have stopped, and leaves its own to go whole", () =>
    Effect.gen(function*() {
      for (const mode of modes) {
        const isolated = yield* plan(one(mode, "isolated"), { release: true })
        assert.include(jobsOf(isolated, "job")[0]?.dependsOn ?? [], "acme-server")
        assert.notIncludeMembers(
          [...isolated.objects.find(({ name }) => name === "acme-server")?.dependsOn ?? []],
          jobsOf(isolated, "job").map(({ name }) => name)
        )
        assert.match(isolated.database[0]?.sql ?? "", /DROP DATABASE "tenant_acme"/)
        const dedicated = one(mode, "dedicated")
        assert.deepStrictEqual(
          (yield* plan(dedicated, { release: true })).database,
          (yield* plan(dedicated)).database
        )
      }
    }))

  it.effect("lets RDS delete, and leaves no snapshot", () =>
    Effect.gen(function*() {
      const gone = yield* plan(one("cloud", "dedicated"), { release: true })
      const database = gone.cloud.find(({ name }) => name === "acme-database")?.inputs
      assert.include(database, { deletionProtection: false, skipFinalSnapshot: true })
      assert.notProperty(database, "finalSnapshotIdentifier")
    }))
})

describe("what is deleted of a tenant", () => {
  it.effect.prop("is everything but its backups", [tenants], ([tenant]) =>
    Effect.gen(function*() {
      const there = yield* plan(tenant)
      const kept = there.cloud.filter(({ keep }) => keep).map(({ name }) => name)
      const deleted = deletionsOf(there)
      assert.isTrue(deleted.every(({ action }) => action === "delete"))
      assert.sameMembers(
        [...deleted.map(({ name }) => name), ...kept],
        (yield* diffPlans(undefined, there)).map(({ name }) => name)
      )
    }))
})
