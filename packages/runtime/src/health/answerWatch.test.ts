import { assert, layer } from "@effect/vitest"
import { appSqlLayer, OwnerSql } from "@innkeeper/database"
import { TestDatabase } from "@innkeeper/testkit"
import { Effect, Exit, Layer, Schedule, Scope } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient } from "effect/sql"
import { poolWatch } from "./answerWatch.ts"
import { Health } from "./Health.ts"

/** A pool of one session. */
const Live = Layer.unwrap(
  Effect.map(TestDatabase, ({ connection }) => appSqlLayer({ ...connection, maxConnections: 1 }))
).pipe(
  Layer.provide(Reactivity.layer),
  Layer.provideMerge(Layer.fresh(Health.layer)),
  Layer.provideMerge(TestDatabase.layer([]))
)

/** The reasons as soon as there are some, or none. */
const reasons = (some: boolean) =>
  Effect.flatMap(
    Health,
    ({ reasonsToRestart }) =>
      Effect.repeat(reasonsToRestart, {
        until: ({ length }) => length > 0 === some,
        schedule: Schedule.spaced("10 millis")
      })
  )

layer(Live, { excludeTestServices: true })("the watch over the pool", (it) => {
  it.effect("leaves a process alone whose sessions are taken while the database takes no other either", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const owner = yield* OwnerSql
      const { connection: { database } } = yield* TestDatabase
      yield* sql.reserve
      yield* owner`ALTER DATABASE ${owner(database)} CONNECTION LIMIT 0`
      yield* Layer.build(poolWatch({ patience: "10 millis" }))
      // Many times its patience.
      yield* Effect.sleep("300 millis")
      assert.deepStrictEqual(yield* (yield* Health).reasonsToRestart, [])
      yield* owner`ALTER DATABASE ${owner(database)} CONNECTION LIMIT -1`
      assert.lengthOf(yield* reasons(true), 1)
    }))

  it.effect("has a process restarted whose sessions are all taken for good, and not any more when one is free", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const taken = yield* Scope.make()
      yield* Scope.provide(sql.reserve, taken)
      yield* Layer.build(poolWatch({ patience: "50 millis" }))
      assert.deepStrictEqual(yield* reasons(true), ["no statement reaches the database, although it answers"])
      yield* Scope.close(taken, Exit.void)
      assert.deepStrictEqual(yield* reasons(false), [])
    }))
})
