import { Context, Effect, Layer, Queue, Ref } from "effect"
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"

/** One request as it came. */
export interface TakenRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What the server answers: a response, nothing but a closed connection, or nothing ever. */
export type HttpBehaviour =
  | {
    readonly _tag: "Answer"
    readonly status: number
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
  }
  | { readonly _tag: "Drop" }
  | { readonly _tag: "Hang" }

/** A real HTTP server on a free port of this machine, for tests of what calls out. */
export class HttpSink extends Context.Service<HttpSink, {
  /** Without a slash at the end. */
  readonly url: string
  /** Every request so far, in order, answered or not. */
  readonly requests: Effect.Effect<ReadonlyArray<TakenRequest>>
  /** Waits for the next request that no `next` has given yet. */
  readonly next: Effect.Effect<TakenRequest>
  readonly behave: (behaviour: HttpBehaviour) => Effect.Effect<void>
}>()("testkit/HttpSink") {
  static readonly layer = Layer.effect(HttpSink, Effect.suspend(() => make))
}

const make = Effect.gen(function*() {
  const behaviour = yield* Ref.make<HttpBehaviour>({ _tag: "Answer", status: 200 })
  const requests = yield* Ref.make<ReadonlyArray<TakenRequest>>([])
  const fresh = yield* Queue.unbounded<TakenRequest>()
  const run = Effect.runForkWith(yield* Effect.context())

  const server = createServer((request, response) =>
    run(Effect.gen(function*() {
      const taken = {
        method: request.method ?? "",
        path: request.url ?? "",
        headers: request.headers,
        body: yield* readBody(request)
      }
      yield* Ref.update(requests, (all) => [...all, taken])
      yield* Queue.offer(fresh, taken)
      const now = yield* Ref.get(behaviour)
      if (now._tag === "Answer") response.writeHead(now.status, now.headers).end(now.body)
      if (now._tag === "Drop") request.socket.destroy()
    }))
  )
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )
  const { port } = server.address() as AddressInfo
  return HttpSink.of({
    url: `http://127.0.0.1:${port}`,
    requests: Ref.get(requests),
    next: Queue.take(fresh),
    behave: (next) => Ref.set(behaviour, next)
  })
})

const readBody = (request: IncomingMessage) =>
  Effect.callback<string>((resume) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => resume(Effect.succeed(Buffer.concat(chunks).toString())))
  })
