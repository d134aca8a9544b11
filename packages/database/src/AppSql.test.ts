import { NodeFileSystem } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import { assert, layer } from "@effect/vitest"
import { TestDatabase, wayToDatabase } from "@innkeeper/testkit"
import { Effect, FileSystem, Layer, Schedule } from "effect"
import { Reactivity } from "effect/reactivity"
import { appSql } from "./AppSql.ts"
import { platformSql } from "./PlatformSql.ts"

/** The test's database by TCP, where it has a Unix socket only; gives the port. */
const byTcp = Effect.map(
  wayToDatabase({ port: 0, host: "127.0.0.1" }),
  ({ address }) => address !== null && typeof address === "object" ? address.port : assert.fail("No port")
)

/** Of each established connection to a port, whether it waits to ask if the other end is there: Linux's timer 2. */
const asking = Effect.fnUntraced(function*(port: number) {
  const fs = yield* FileSystem.FileSystem
  const hex = port.toString(16).toUpperCase().padStart(4, "0")
  return (yield* fs.readFileString("/proc/net/tcp")).split("\n").map((line) => line.trim().split(/\s+/)).flatMap(
    ([, , remote, state, , timer]) => remote?.endsWith(`:${hex}`) && state === "01" ? [timer?.startsWith("02:")] : []
  )
})

const live = TestDatabase.layer([]).pipe(Layer.provideMerge([Reactivity.layer, NodeFileSystem.layer]))

layer(live, { excludeTestServices: true })("sessions of the app", (it) => {
  it.effect("read what may be stored, however long it is", () =>
    Effect.gen(function*() {
      const sql = yield* PgClient.PgClient
      const length = 20_000_000
      const [row] = yield* sql<{ readonly text: string }>`SELECT repeat('x', ${length}::int) AS text`
      assert.lengthOf(row?.text ?? "", length)
    }))

  it.effect.skipIf(process.platform !== "linux")(
    "ask after silence whether the database is still there",
    () =>
      Effect.gen(function*() {
        const { connection } = yield* TestDatabase
        const port = yield* byTcp
        const pool = yield* appSql({ ...connection, host: "127.0.0.1", port, maxConnections: 1 })
        const beside = yield* Effect.provideService(platformSql(), PgClient.PgClient, pool)
        yield* Effect.all([pool`SELECT 1`, beside`SELECT 1`])
        const all = yield* Effect.repeat(asking(port), {
          until: (asks) => asks.every((one) => one),
          schedule: Schedule.spaced("10 millis"),
          times: 100
        })
        assert.deepStrictEqual(all, [true, true])
      }).pipe(Effect.scoped)
  )
})
