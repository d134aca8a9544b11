import { assert, layer } from "@effect/vitest"
import { TenantSlug } from "@innkeeper/config"
import { OwnerSql, withPlatform } from "@innkeeper/database"
import { migrations as runtime } from "@innkeeper/runtime"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { Deferred, Duration, Effect, Fiber, Layer, Stream } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { AdminActor } from "../console/AdminActor.ts"
import { migrations } from "../Migrations.ts"
import { findLines, findOperation, insertOperation, noteCancelled } from "./OperationStore.ts"
import { Provisioner } from "./Provisioner.ts"
import { eventually } from "./Provisioners.fixture.ts"
import { findProvisioning, releaseLease, takeLease } from "./ProvisioningStore.ts"
import { OperationId } from "./TenantOperation.ts"
import { TenantProvisioning } from "./TenantProvisioning.ts"

/** A pod whose provisioner is held until the test lets it go. */
const makePod = Effect.gen(function*() {
  const go = yield* Deferred.make<void>()
  const seen = { began: 0, abandoned: false, interrupted: 0, done: 0 }
  const provisioner = Layer.succeed(Provisioner, {
    adapter: "render",
    run: ({ abandoned = false }, stop) =>
      Stream.concat(
        Stream.fromEffect(Effect.sync(() => {
          seen.began += 1
          seen.abandoned = abandoned
          return { _tag: "Said", level: "info", message: "It begins" } as const
        })),
        Stream.fromEffect(
          Effect.raceFirst(Deferred.await(go), stop).pipe(
            Effect.map(() => {
              seen.done += 1
              return { _tag: "Done", adapter: "render", record: { seen: seen.began }, backup: null, url: null } as const
            }),
            Effect.onInterrupt(() =>
              Effect.sync(() => {
                seen.interrupted += 1
              })
            )
          )
        )
      )
  })
  const live = TenantProvisioning.layer({
    duration: Duration.seconds(4),
    renewEvery: Duration.millis(200),
    storeEvery: Duration.millis(50)
  }).pipe(Layer.provide(provisioner))
  const context = yield* Layer.build(Layer.fresh(live))
  const provision = Effect.fnUntraced(function*(id: OperationId, key = "1") {
    const operation = yield* Effect.orDie(Effect.fromNullishOr(yield* across(findOperation(id))))
    const { provision } = yield* TenantProvisioning
    yield* provision({
      operation,
      key,
      text: "Build",
      goesOn: false,
      request: () => ({ action: "apply", config: { slug: operation.slug }, service: "active", restoreFrom: null })
    })
  }, Effect.provideContext(context))
  return { seen, provision, letGo: Deferred.succeed(go, undefined) }
})

const across = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.orDie(withPlatform("test")(effect))

const makeOperation = Effect.fnUntraced(function*(name: string) {
  yield* makeTenant(name)
  const [id, slug] = [OperationId.make(SecureRandom.uuidV7Unsafe()), TenantSlug.make(name)]
  yield* across(insertOperation({
    id,
    slug,
    request: { kind: "suspend" },
    steps: [],
    before: { state: "active", version: 1, config: {}, built: null, service: "active" },
    actor: new AdminActor({ kind: "token", sessionId: null }),
    runId: "run"
  }))
  return { id, slug }
})

layer(TestDatabase.layer([runtime, migrations]), { excludeTestServices: true, timeout: "60 seconds" })(
  "the lease of a tenant's infrastructure",
  (it) => {
    it.effect("lets one pod work while the other waits, and does nothing that is done", () =>
      Effect.gen(function*() {
        const { id, slug } = yield* makeOperation("acme")
        const [one, two] = [yield* makePod, yield* makePod]
        const first = yield* Effect.forkChild(one.provision(id))
        yield* eventually(Effect.sync(() => one.seen.began), (began) => began === 1)
        const second = yield* Effect.forkChild(two.provision(id))
        yield* Effect.sleep("1500 millis")
        assert.strictEqual(two.seen.began, 0)
        yield* one.letGo
        yield* Fiber.join(first)
        yield* Fiber.join(second)
        assert.deepStrictEqual([one.seen.done, two.seen.began], [1, 0])
        assert.deepStrictEqual((yield* across(findProvisioning(slug))).record, { seen: 1 })
        assert.lengthOf(yield* across(findLines(id, 0, 10)), 2)
      }).pipe(Effect.scoped))

    it.effect("stops at once the work of a pod that lost it, and gives the work to the next", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const { id, slug } = yield* makeOperation("globex")
        const [one, two] = [yield* makePod, yield* makePod]
        const first = yield* Effect.forkChild(one.provision(id))
        yield* eventually(Effect.sync(() => one.seen.began), (began) => began === 1)
        // As after a pod that was frozen for longer than its lease. In one transaction, or the first takes it again.
        const holder = SecureRandom.uuidV7Unsafe()
        yield* across(Effect.gen(function*() {
          yield* sql`
            UPDATE tenant_provisioning SET lease_until = clock_timestamp() - interval '1 second' WHERE slug = ${slug}`
          assert.deepStrictEqual(yield* takeLease({ slug, holder, operation: id, seconds: 60 }), { abandoned: true })
        }))
        yield* eventually(Effect.sync(() => one.seen.interrupted), (interrupted) => interrupted === 1)
        // It waits for the lease again, which is the next one's.
        yield* Fiber.interrupt(first)
        yield* across(releaseLease(slug, holder))
        yield* two.letGo
        yield* two.provision(id)
        yield* one.provision(id)
        assert.deepStrictEqual([one.seen.interrupted, one.seen.done, two.seen.done], [1, 0, 1])
      }).pipe(Effect.scoped))

    it.effect("is not worked under for longer than it holds, also while the database does not answer", () =>
      Effect.gen(function*() {
        const owner = yield* OwnerSql
        const { id } = yield* makeOperation("soylent")
        const pod = yield* makePod
        const first = yield* Effect.forkChild(pod.provision(id))
        yield* eventually(Effect.sync(() => pod.seen.began), (began) => began === 1)
        yield* owner`
          CREATE FUNCTION silence() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN PERFORM pg_sleep(14); RETURN NEW; END'`
        yield* owner`CREATE TRIGGER silence BEFORE UPDATE ON tenant_provisioning FOR EACH ROW EXECUTE FUNCTION silence()`
        yield* eventually(Effect.sync(() => pod.seen.interrupted), (interrupted) => interrupted === 1).pipe(
          Effect.timeout("9 seconds"),
          Effect.ensuring(Effect.orDie(owner`DROP FUNCTION silence CASCADE`))
        )
        yield* Fiber.interrupt(first)
      }).pipe(Effect.scoped))

    it.effect("is free again after a pod that ended without a word, when its time has run out", () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const { id, slug } = yield* makeOperation("initech")
        yield* across(sql`
          INSERT INTO tenant_provisioning (slug, holder, lease_until)
          VALUES (${slug}, ${SecureRandom.uuidV7Unsafe()}, clock_timestamp() + interval '2 seconds')`)
        const pod = yield* makePod
        yield* pod.letGo
        yield* pod.provision(id)
        const [row] = yield* across(sql`SELECT holder FROM tenant_provisioning WHERE slug = ${slug}`)
        assert.deepStrictEqual([pod.seen.began, pod.seen.abandoned, row?.["holder"]], [1, true, null])
      }).pipe(Effect.scoped))

    it.effect("says that the one before came to no end, until one has", () =>
      Effect.gen(function*() {
        const { id } = yield* makeOperation("stark")
        const [one, two, three] = [yield* makePod, yield* makePod, yield* makePod]
        const first = yield* Effect.forkChild(one.provision(id))
        yield* eventually(Effect.sync(() => one.seen.began), (began) => began === 1)
        yield* Fiber.interrupt(first)
        yield* two.letGo
        yield* two.provision(id)
        yield* three.letGo
        yield* three.provision(id, "2")
        assert.deepStrictEqual([one, two, three].map(({ seen }) => seen.abandoned), [false, true, false])
      }).pipe(Effect.scoped))

    it.effect("is waited for no longer than the pod lives", () =>
      Effect.gen(function*() {
        const { id } = yield* makeOperation("umbrella")
        const [one, two] = [yield* makePod, yield* makePod]
        const first = yield* Effect.forkChild(one.provision(id))
        yield* eventually(Effect.sync(() => one.seen.began), (began) => began === 1)
        const second = yield* Effect.forkChild(two.provision(id))
        yield* Effect.sleep("300 millis")
        yield* Fiber.interrupt(second)
        assert.deepStrictEqual([one.seen.interrupted, two.seen.began], [0, 0])
        yield* one.letGo
        yield* Fiber.join(first)
      }).pipe(Effect.scoped))

    it.effect("is not waited for when somebody has asked to stop", () =>
      Effect.gen(function*() {
        const { id, slug } = yield* makeOperation("hooli")
        const pod = yield* makePod
        yield* across(takeLease({ slug, holder: SecureRandom.uuidV7Unsafe(), operation: id, seconds: 60 }))
        yield* across(noteCancelled(id))
        assert.strictEqual((yield* Effect.flip(pod.provision(id)))._tag, "OperationStopped")
        assert.strictEqual(pod.seen.began, 0)
      }).pipe(Effect.scoped))
  }
)
