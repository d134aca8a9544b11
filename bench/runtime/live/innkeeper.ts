import { Effect, Layer } from "effect"
import { WebSocket } from "undici"
import { connections, post } from "../../lib/post.ts"
import { innkeeperDatabase } from "../innkeeperDatabase.ts"
import { makeTenants } from "../makeTenants.ts"
import { startPod } from "../pod.ts"
import { sideMain, type Task } from "../side.ts"
import { measureSockets, rooms, Sockets } from "./Sockets.ts"

const pod = import.meta.resolve("./innkeeperPod.ts")

const request = `{"_tag":"Request","id":"1","tag":"Changes","payload":{},"headers":[]}\n`
const acknowledgement = `{"_tag":"Ack","requestId":"1"}\n`

interface Message {
  readonly _tag: string
  readonly values?: ReadonlyArray<{ readonly _tag: "Change" | "Resync"; readonly subject: string }>
}

/** Two pods of the product's live feed on one database. A room is a tenant. */
const pods = ({ address }: Task) =>
  Layer.effect(
    Sockets,
    Effect.gen(function*() {
      const tenants = yield* makeTenants(rooms)
      const [first, second] = [yield* startPod(pod, address), yield* startPod(pod, address)]
      const agent = yield* connections(16)
      const publishUrl = new URL(`http://127.0.0.1:${first.port}/publish`)

      const open = (room: number, told: (sentAt: number) => void) =>
        Effect.acquireRelease(
          Effect.callback<WebSocket>((resume) => {
            const socket = new WebSocket(`ws://127.0.0.1:${second.port}/rpc`, { headers: { cookie: tenants[room]! } })
            socket.addEventListener("open", () => socket.send(request))
            socket.addEventListener("message", ({ data }) => {
              for (const line of String(data).split("\n")) {
                if (line === "") continue
                const { _tag, values = [] }: Message = JSON.parse(line)
                if (_tag === "Chunk") socket.send(acknowledgement)
                for (const value of values) {
                  if (value._tag === "Change") told(Number(value.subject))
                  else resume(Effect.succeed(socket))
                }
              }
            })
          }),
          (socket) => Effect.sync(() => socket.close())
        )

      return Sockets.of({
        pid: second.pid,
        open: (room, told) => Effect.asVoid(open(room, told)),
        publish: (room) => Effect.orDie(Effect.asVoid(post(agent, publishUrl, tenants[room]!)))
      })
    })
  ).pipe(Layer.provide(innkeeperDatabase(address)))

sideMain((task) =>
  // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
  Effect.provide(measureSockets(task.scale), pods(task))
)
