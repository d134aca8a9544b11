import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { appSqlLayer } from "@innkeeper/database"
import { socketName, TestDatabase, wayToDatabase } from "@innkeeper/testkit"
import { Context, Effect, FileSystem, Layer, Schedule } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient } from "effect/sql"
import { join } from "node:path"
import { Health } from "./health/Health.ts"
import { type PlatformSession, platformSession } from "./platformSession.ts"

class TestSession extends Context.Service<TestSession, PlatformSession>()("test/Session") {}

/** The way to the test's database, which can lose what is open without a word: new sessions get through. */
class Network extends Context.Service<Network, { readonly folder: string; readonly loseAll: Effect.Effect<void> }>()(
  "test/Network"
) {
  static readonly layer = Layer.effect(
    Network,
    Effect.gen(function*() {
      const folder = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      const { open } = yield* wayToDatabase({ path: join(folder, socketName) })
      return Network.of({
        folder,
        loseAll: Effect.sync(() => {
          for (const socket of open) {
            socket.unpipe()
            socket.pause()
          }
        })
      })
    })
  )
}

const pool = Layer.unwrap(
  Effect.map(
    Effect.all([TestDatabase, Network]),
    ([{ connection }, { folder }]) => appSqlLayer({ ...connection, host: folder, maxConnections: 2 })
  )
)

const Live = platformSession(TestSession, {}, { every: "10 millis", patience: "50 millis" }).pipe(
  Layer.provide(pool),
  Layer.provideMerge(Layer.fresh(Health.layer)),
  Layer.provideMerge(Network.layer),
  Layer.provide(TestDatabase.layer([])),
  Layer.provide([Reactivity.layer, NodeServices.layer])
)

layer(Live, { excludeTestServices: true })("a session beside the pool", (it) => {
  it.effect("has its settings, and its statements planned once", () =>
    Effect.gen(function*() {
      const { onSession } = yield* TestSession
      const rows = yield* onSession(
        Effect.flatMap(
          SqlClient.SqlClient,
          (sql) => sql`SELECT current_user AS role, current_setting('plan_cache_mode') AS plans`
        )
      )
      assert.deepStrictEqual(rows, [{ role: "innkeeper_platform", plans: "force_generic_plan" }])
    }))

  it.effect("has the process restarted when a network loses it without a word", () =>
    Effect.gen(function*() {
      const { reasonsToRestart } = yield* Health
      assert.deepStrictEqual(yield* reasonsToRestart, [])
      yield* (yield* Network).loseAll
      const reasons = yield* Effect.repeat(reasonsToRestart, {
        until: ({ length }) => length > 0,
        schedule: Schedule.spaced("10 millis")
      })
      assert.deepStrictEqual(reasons, ["no statement reaches the database, although it answers"])
    }))
})
