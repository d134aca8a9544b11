import { createAdapter } from "@socket.io/redis-adapter"
import { Effect } from "effect"
import { createClient } from "redis"
import { podMain } from "../pod.ts"
import { redisSocket } from "./redisServer.ts"
import { serveSocketIo } from "./serveSocketIo.ts"

/** A connection to Redis, made as soon as it listens. */
const connect = (path: string) =>
  Effect.acquireRelease(
    Effect.promise(() => createClient({ socket: { path, tls: false } }).on("error", () => {}).connect()),
    (client) => Effect.sync(() => client.destroy())
  )

/** A server of Socket.IO whose events reach the other servers by Redis, as its manual recommends. */
podMain((address) =>
  Effect.gen(function*() {
    const [publisher, subscriber] = [yield* connect(redisSocket(address)), yield* connect(redisSocket(address))]
    return yield* serveSocketIo(createAdapter(publisher, subscriber))
  })
)
