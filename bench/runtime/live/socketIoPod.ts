import { ownerRole } from "@innkeeper/database"
import { createAdapter } from "@socket.io/postgres-adapter"
import { Effect } from "effect"
import { createServer } from "node:http"
import { Pool } from "pg"
import { Server } from "socket.io"
import { maxConnections } from "../maxConnections.ts"
import { podMain } from "../pod.ts"
import { wallMillis } from "./Sockets.ts"

/** A server of Socket.IO whose events reach the other servers by the `NOTIFY` of its PostgreSQL adapter. */
podMain(({ database, host }) =>
  Effect.gen(function*() {
    const pool = new Pool({ host, database, user: ownerRole, max: maxConnections })
    const io = new Server({ adapter: createAdapter(pool), transports: ["websocket"], serveClient: false })
    io.on("connection", (socket) => {
      void socket.join(String(socket.handshake.query["room"]))
      socket.emit("joined")
    })
    const http = createServer((request, response) => {
      request.setEncoding("utf8").once("data", (room: string) => {
        io.to(room).emit("told", wallMillis())
        response.end()
      })
    })
    yield* Effect.acquireRelease(
      Effect.callback<void>((resume) => {
        http.listen(0, "127.0.0.1", () => resume(Effect.void))
      }),
      () => Effect.promise(() => io.close().then(() => pool.end()))
    )
    // After Socket.IO's own listener would have answered what is not a socket.
    io.attach(http)
    const address = http.address()
    return typeof address === "object" && address !== null ? address.port : 0
  })
)
