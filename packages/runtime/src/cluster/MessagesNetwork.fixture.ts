import { appSqlLayer } from "@innkeeper/database"
import { socketName, TestDatabase } from "@innkeeper/testkit"
import { Context, Effect, Layer } from "effect"
import { Reactivity } from "effect/reactivity"
import { connect, createServer, type Socket } from "node:net"
import { join } from "node:path"
import { migrations } from "../Migrations.ts"

const makeNetwork = Effect.gen(function*() {
  const { connection } = yield* TestDatabase
  const open = new Set<Socket>()
  let isCut = false
  let losing: string | undefined
  const server = createServer((client) => {
    if (isCut) return client.destroy()
    const backend = connect(join(connection.host, socketName))
    for (const socket of [client, backend]) {
      open.add(socket)
      socket.on("error", () => {}).on("close", () => {
        client.destroy()
        backend.destroy()
      })
    }
    client.on("data", (data) => {
      if (losing === undefined || !data.includes(losing)) return
      losing = undefined
      backend.unpipe(client)
      backend.once("data", () => client.destroy()).resume()
    })
    client.pipe(backend)
    backend.pipe(client)
  })
  const destroyAll = () => {
    for (const socket of open) socket.destroy()
  }
  const port = yield* Effect.acquireRelease(
    Effect.callback<number>((resume) =>
      void server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resume(address === null || typeof address === "string" ? Effect.die("No port") : Effect.succeed(address.port))
      })
    ),
    () =>
      Effect.sync(() => {
        server.close()
        destroyAll()
      })
  )
  return {
    port,
    network: Network.of({
      cut: Effect.sync(() => {
        isCut = true
        destroyAll()
      }),
      mend: Effect.sync(() => {
        isCut = false
      }),
      loseAnswerTo: (text) =>
        Effect.sync(() => {
          losing = text
        })
    })
  }
})

/** The way to the test's database. Tests only. */
export class Network extends Context.Service<Network, {
  /** Nothing gets through until `mend`. */
  readonly cut: Effect.Effect<void>
  readonly mend: Effect.Effect<void>
  /** The connection that sends `text` next is lost when PostgreSQL has done what it was asked for. */
  readonly loseAnswerTo: (text: string) => Effect.Effect<void>
}>()("test/Network") {
  /** The network, and a database that the app reaches over it. */
  static readonly layer = Layer.unwrap(Effect.gen(function*() {
    const { network, port } = yield* makeNetwork
    const { connection } = yield* TestDatabase
    return Layer.merge(
      Layer.succeed(Network, network),
      appSqlLayer({ ...connection, host: "127.0.0.1", port, maxConnections: 12 })
    )
  })).pipe(Layer.provide(Reactivity.layer), Layer.provideMerge(TestDatabase.layer([migrations])), Layer.orDie)
}
