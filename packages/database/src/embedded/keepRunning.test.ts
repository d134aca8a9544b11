import { NodeServices } from "@effect/platform-node"
import { PgConnection } from "@effect/sql-pg"
import { assert, layer } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { serverAccount } from "./Account.ts"
import { findBinaries } from "./Binaries.ts"
import { openDatabaseFolder } from "./DataFolder.ts"
import { keepRunning } from "./keepRunning.ts"
import { openFolder } from "./openFolder.fixture.ts"
import { initialise, makeSocketFolder, ownerRole, removeSocket, stop } from "./Postmaster.ts"
import { takeOver } from "./TakeOver.ts"

layer(NodeServices.layer, { excludeTestServices: true })("keepRunning", (it) => {
  it.effect("brings a server back to its socket that a program started elsewhere, which is gone", () =>
    Effect.gen(function*() {
      const dataFolder = yield* openFolder
      const { account, path: folder } = yield* openDatabaseFolder(dataFolder, yield* serverAccount)
      const server = { binaries: yield* findBinaries(account), folder, account, settings: { fsync: "off" } }
      yield* initialise(server)
      const socketFolder = Effect.acquireRelease(makeSocketFolder(account), removeSocket)
      const [socket, elsewhere] = [yield* socketFolder, yield* socketFolder]
      const sessions = yield* Effect.scope
      yield* Effect.addFinalizer(() => stop(server))
      yield* Effect.scoped(Effect.flatMap(Effect.scope, (scope) => takeOver(server, elsewhere, scope)))

      const held = { socket, ended: Effect.void }
      yield* Effect.forkScoped(keepRunning({ server, socket, sessions, held, dataFolder }))
      const connection = yield* PgConnection.make({ host: socket, username: ownerRole, database: "postgres" }).pipe(
        Effect.retry({ schedule: Schedule.spaced("50 millis"), times: 400 })
      )
      const { rows } = yield* connection.query("SHOW unix_socket_directories")
      assert.deepStrictEqual(rows, [{ unix_socket_directories: socket }])
    }))
})
