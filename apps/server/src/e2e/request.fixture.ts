/** Plain HTTP, as `curl` would send it. Tests only. */
import { Effect } from "effect"
import { request } from "node:http"
import { connect } from "node:net"

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly text: string
  /** The parsed body; undefined when it is not JSON. */
  readonly json: unknown
}

export interface Sending {
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is; a JSON content type unless `headers` has another. */
  readonly body?: string | Uint8Array | undefined
}

/** Sends one request on a connection of its own. A connection that breaks is a defect, since no test expects one. */
export const send = (method: string, url: string, { body, headers, json }: Sending = {}) =>
  Effect.callback<Answer>((resume) => {
    const payload = json === undefined ? body : JSON.stringify(json)
    const sent = request(url, {
      method,
      agent: false,
      headers: {
        // As curl and most senders have it. A server that closes at once would cut an answer to a body not read to its end.
        connection: "keep-alive",
        ...(payload === undefined ? {} : { "content-type": "application/json" }),
        // A body has a length or is chunked, never both (RFC 9112, 6.2).
        ...(payload === undefined || headers?.["transfer-encoding"]
          ? {}
          : { "content-length": Buffer.byteLength(payload) }),
        ...headers
      }
    }, (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString()
        sent.destroy()
        resume(Effect.succeed({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: parse(text)
        }))
      })
      response.on("error", (error) => resume(Effect.die(error)))
    })
    sent.on("error", (error) => resume(Effect.die(error)))
    sent.end(payload)
    return Effect.sync(() => sent.destroy())
  })

/** A closing frame (RFC 6455, 5.5.1) as a server sends it, and as a client answers it. */
const closing = 0x88
const closed = Uint8Array.from([closing, 0x80, 0, 0, 0, 0])

/**
 * Opens a WebSocket that stays until the server closes it, which it answers as browsers do, or until the scope closes;
 * gives the first line of the answer.
 */
export const openSocket = Effect.fnUntraced(function*(url: string, headers: Readonly<Record<string, string>>) {
  const { host, hostname, pathname, port } = new URL(url)
  const socket = yield* Effect.acquireRelease(
    Effect.sync(() => connect(Number(port), hostname)),
    (socket) => Effect.sync(() => socket.destroy())
  )
  return yield* Effect.callback<string>((resume) => {
    socket.on("error", (error) => resume(Effect.die(error)))
    socket.once("data", (chunk) => {
      socket.on("data", (frame) => frame[0] === closing && socket.end(closed))
      resume(Effect.succeed(chunk.toString().split("\r\n", 1)[0] ?? ""))
    })
    const lines = {
      host,
      connection: "upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...headers
    }
    const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`).join("")
    socket.write(`GET ${pathname} HTTP/1.1\r\n${head}\r\n`)
  })
})

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
