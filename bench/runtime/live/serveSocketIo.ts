import { Effect } from "effect"
import { createServer } from "node:http"
import { Server, type ServerOptions } from "socket.io"
import { wallMillis } from "./Sockets.ts"

/** A server of Socket.IO whose events reach the other servers by its adapter. Gives its port. */
export const serveSocketIo = Effect.fnUntraced(function*(adapter: NonNullable<ServerOptions["adapter"]>) {
  const io = new Server({ adapter, transports: ["websocket"], serveClient: false })
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
    () => Effect.promise(() => io.close())
  )
  // After Socket.IO's own listener would have answered what is not a socket.
  io.attach(http)
  const address = http.address()
  return typeof address === "object" && address !== null ? address.port : 0
})
