import { Effect } from "effect"
import { randomInt } from "node:crypto"
import { createServer } from "node:net"

/** Those that were given in this process: whoever asked may not listen yet. */
const given = new Set<number>()

/**
 * A port that nobody listens on now, another one each time. It is below those that systems give to outgoing connections,
 * which could take it before whoever asked listens (ip_local_port_range of Linux: from 32768).
 */
export const freePort: Effect.Effect<number> = Effect.suspend(() => {
  const port = randomInt(10_000, 32_000)
  if (given.has(port)) return freePort
  given.add(port)
  return Effect.callback<boolean>((resume) => {
    const server = createServer()
    server.once("error", () => resume(Effect.succeed(false)))
    server.listen(port, "0.0.0.0", () => server.close(() => resume(Effect.succeed(true))))
  }).pipe(Effect.flatMap((free) => free ? Effect.succeed(port) : freePort))
})
