import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { TestDatabase } from "@innkeeper/testkit"
import { Effect, Exit, Layer, Schedule, Scope } from "effect"
import { migrations } from "../Migrations.ts"
import { Presence } from "./Presence.ts"

const enter = Effect.fnUntraced(function*(address: string) {
  const sql = yield* OwnerSql
  yield* sql`INSERT INTO cluster_runners (address, runner) VALUES (${address}, '{}')`
})

const unhealthy = Effect.gen(function*() {
  const sql = yield* OwnerSql
  const rows = yield* sql<{ readonly address: string }>`
    SELECT address FROM cluster_runners WHERE NOT healthy ORDER BY address`
  return rows.map(({ address }) => address)
})

/** Starts what a pod of that address shows and sees; the scope that is given back ends it. */
const appear = Effect.fnUntraced(function*(address: string) {
  const scope = yield* Scope.fork(yield* Effect.scope)
  yield* Layer.buildWithScope(Layer.fresh(Presence(address)), scope)
  yield* enter(address)
  return scope
})

const eventuallyUnhealthy = (expected: ReadonlyArray<string>) =>
  unhealthy.pipe(
    Effect.repeat({ until: (found) => found.length === expected.length, schedule: Schedule.spaced("50 millis") }),
    Effect.timeout("10 seconds"),
    Effect.map((found) => assert.deepStrictEqual(found, expected))
  )

layer(TestDatabase.layer([migrations]), { excludeTestServices: true })("the presence of pods", (it) => {
  it.effect("takes a pod for dead when its session has ended, and no other", () =>
    Effect.gen(function*() {
      yield* appear("10.0.0.1:1")
      const second = yield* appear("10.0.0.2:1")
      yield* appear("10.0.0.3:1")
      yield* Effect.sleep("2500 millis")
      assert.deepStrictEqual(yield* unhealthy, [])
      yield* Scope.close(second, Exit.void)
      yield* eventuallyUnhealthy(["10.0.0.2:1"])
      // One that was never there.
      yield* enter("10.0.0.4:1")
      yield* eventuallyUnhealthy(["10.0.0.2:1", "10.0.0.4:1"])
    }).pipe(Effect.scoped))

  it.effect("lets a pod that lost its session for a moment keep its work", () =>
    Effect.gen(function*() {
      const sql = yield* OwnerSql
      yield* sql`DELETE FROM cluster_runners`
      yield* appear("10.0.1.1:1")
      yield* appear("10.0.1.2:1")
      const ended = yield* sql`
        SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 460031187
          AND objid = hashtext('10.0.1.2:1')::oid`
      assert.lengthOf(ended, 1)
      yield* Effect.sleep("3 seconds")
      assert.deepStrictEqual(yield* unhealthy, [])
    }).pipe(Effect.scoped))
})
