import { Context, Effect, Layer } from "effect"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

/** What came to the door of the receiver about one transfer. */
export interface Told {
  /** Calls by idempotency key. More than one of a key is one effect; more than one key is more than one effect. */
  readonly keys: Map<string, number>
  readonly currencies: Set<string>
}

/** Something outside that acts once for each idempotency key, as a payment provider does. Tests only. */
export class Receiver extends Context.Service<Receiver, {
  readonly url: string
  /** By transfer. */
  readonly told: ReadonlyMap<string, Told>
}>()("breaking/Receiver") {
  static readonly layer = Layer.effect(
    Receiver,
    Effect.gen(function*() {
      const told = new Map<string, Told>()
      const server = createServer((request, response) => {
        let body = ""
        request.on("data", (chunk: Buffer) => {
          body += chunk.toString()
        })
        request.on("end", () => {
          const { currency, transfer } = JSON.parse(body)
          const known = told.get(transfer) ?? { keys: new Map(), currencies: new Set() }
          const key = String(request.headers["idempotency-key"])
          known.keys.set(key, (known.keys.get(key) ?? 0) + 1)
          known.currencies.add(currency)
          told.set(transfer, known)
          response.writeHead(204).end()
        })
      })
      yield* Effect.acquireRelease(
        Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
        () =>
          Effect.callback<void>((resume) => {
            server.close(() => resume(Effect.void))
            server.closeAllConnections()
          })
      )
      return Receiver.of({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, told })
    })
  )
}
