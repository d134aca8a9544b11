import { Effect } from "effect"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"

/** A piece of network in front of a port, that a test can cut. Tests only. */
export interface Wire {
  /** Where to reach the port through it. */
  readonly port: number
  /** Nothing passes any more, in either direction, and nobody is told: packets get lost, connections stay. */
  readonly cut: Effect.Effect<void>
  /** What is new passes again; the connections from before are closed. */
  readonly mend: Effect.Effect<void>
}

export const makeWire = Effect.fnUntraced(function*(to: number) {
  let whole = true
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(to, "127.0.0.1")
    for (const [one, other] of [[near, far], [far, near]] as const) {
      sockets.add(one)
      one.on("data", (chunk: Buffer) => {
        if (whole) other.write(chunk)
      })
      one.on("error", () => other.destroy())
      one.on("close", () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () =>
      Effect.sync(() => {
        server.close()
        sockets.forEach((socket) => socket.destroy())
      })
  )
  const { port } = server.address() as AddressInfo
  return {
    port,
    cut: Effect.sync(() => {
      whole = false
    }),
    mend: Effect.sync(() => {
      sockets.forEach((socket) => socket.destroy())
      whole = true
    })
  } satisfies Wire
})
