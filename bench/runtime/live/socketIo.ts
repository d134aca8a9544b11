import { PgConnection } from "@effect/sql-pg"
import { ownerRole } from "@innkeeper/database"
import { Effect, Layer, Option } from "effect"
import { io, type Socket } from "socket.io-client"
import { connections, post } from "../../lib/post.ts"
import type { DatabaseAddress } from "../BenchPostgres.ts"
import { startPod } from "../pod.ts"
import { sideMain, type Task } from "../side.ts"
import { redisVersion, startRedis } from "./redisServer.ts"
import { measureSockets, Sockets } from "./Sockets.ts"

const postgresPod = import.meta.resolve("./socketIoPod.ts")
const redisPod = import.meta.resolve("./socketIoRedisPod.ts")

/** What the PostgreSQL adapter needs. */
const makeTable = (address: DatabaseAddress) =>
  Effect.scoped(Effect.flatMap(
    PgConnection.make({ ...address, username: ownerRole }),
    (connection) =>
      connection.query(
        "CREATE TABLE socket_io_attachments (id bigserial UNIQUE, created_at timestamptz DEFAULT now(), payload bytea)"
      )
  ))

/** Two servers of Socket.IO: with its Redis adapter where there is a Redis, else with that of PostgreSQL. */
const pods = ({ address }: Task) =>
  Layer.effect(
    Sockets,
    Effect.gen(function*() {
      const redis = Option.isSome(yield* redisVersion)
      yield* redis ? startRedis(address) : makeTable(address)
      const pod = redis ? redisPod : postgresPod
      const [first, second] = [yield* startPod(pod, address), yield* startPod(pod, address)]
      const agent = yield* connections(16)
      const publishUrl = new URL(`http://127.0.0.1:${first.port}/publish`)
      const open = (room: number, told: (sentAt: number) => void) =>
        Effect.acquireRelease(
          Effect.callback<Socket>((resume) => {
            const socket = io(`http://127.0.0.1:${second.port}`, {
              transports: ["websocket"],
              forceNew: true,
              query: { room: String(room) }
            })
            socket.on("joined", () => resume(Effect.succeed(socket)))
            socket.on("told", told)
          }),
          (socket) => Effect.sync(() => socket.disconnect())
        )
      return Sockets.of({
        pid: second.pid,
        open: (room, told) => Effect.asVoid(open(room, told)),
        publish: (room) => Effect.orDie(Effect.asVoid(post(agent, publishUrl, String(room))))
      })
    })
  )

sideMain((task) =>
  // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
  Effect.provide(measureSockets(task.scale), pods(task))
)
