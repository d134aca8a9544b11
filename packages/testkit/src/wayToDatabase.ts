import { Effect } from "effect"
import { connect, createServer, type ListenOptions, type Socket } from "node:net"
import { join } from "node:path"
import { TestDatabase } from "./TestDatabase.ts"

/** Name of the socket of a PostgreSQL on its usual port, within its folder. */
export const socketName = ".s.PGSQL.5432"

/**
 * Another way to the test's database, by a path or a port of its own, through this process. `open` holds both ends of what
 * goes over it.
 */
export const wayToDatabase = Effect.fnUntraced(function*(at: ListenOptions) {
  const { connection } = yield* TestDatabase
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const backend = connect(join(connection.host, socketName))
    for (const socket of [client, backend]) {
      open.add(socket)
      socket.on("error", () => {})
    }
    client.pipe(backend)
    backend.pipe(client)
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(at, () => resume(Effect.void))),
    () =>
      Effect.sync(() => {
        server.close()
        for (const socket of open) socket.destroy()
      })
  )
  return { address: server.address(), open }
})
