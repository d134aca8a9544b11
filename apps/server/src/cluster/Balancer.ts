import { Effect, Schedule } from "effect"
import { createServer, type IncomingMessage, request as send, type Server, type ServerResponse } from "node:http"
import { connect, type Socket } from "node:net"
import type { Duplex } from "node:stream"

/** A server that the balancer may send to. */
export interface Target {
  readonly host: string
  readonly port: number
  /** Whether it said lately that requests should come. */
  ready: boolean
}

/** Connects to a target that is ready, each in turn; to another one where nobody listens. */
const makeChoice = (targets: ReadonlyArray<Target>) => {
  let last = 0
  return (connected: (socket: Socket) => void, nobody: () => void) => {
    const start = ++last
    const order = targets.map((_, index) => targets[(start + index) % targets.length]!).filter(({ ready }) => ready)
    const attempt = (index: number) => {
      const target = order[index]
      if (target === undefined) return nobody()
      const socket = connect({ host: target.host, port: target.port, noDelay: true })
      const refused = () => {
        target.ready = false
        attempt(index + 1)
      }
      socket.once("error", refused)
      socket.once("connect", () => {
        socket.off("error", refused)
        connected(socket)
      })
    }
    attempt(0)
  }
}

const unavailable = JSON.stringify({ type: "about:blank", status: 503, title: "No server is ready" })

const refuse = (response: ServerResponse) => {
  if (response.headersSent) return response.destroy()
  response.writeHead(503, { "content-type": "application/problem+json", "retry-after": "1" }).end(unavailable)
}

/** The address the request came from, after those that proxies before us have named. */
const forwardedFor = ({ headers, socket }: IncomingMessage) =>
  [headers["x-forwarded-for"], socket.remoteAddress].filter((part) => part !== undefined).join(", ")

/** Methods that change nothing, so that a request without an answer may be sent again (RFC 9110, 9.2.1). */
const safe = new Set(["GET", "HEAD", "OPTIONS"])

/**
 * A web server that hands each request to one of the targets, WebSockets and streams included.
 *
 * A request goes out on a connection that is already open, so one that found nobody goes to the next target whatever its
 * method. Of those that were sent and got no answer only safe ones are sent again.
 */
export const makeBalancer = (targets: ReadonlyArray<Target>): Server => {
  const choose = makeChoice(targets)
  const forward = (request: IncomingMessage, response: ServerResponse, last: boolean) =>
    choose((socket) => {
      const { connection: _, ...headers } = request.headers
      const outgoing = send({
        createConnection: () => socket,
        method: request.method,
        path: request.url,
        headers: { ...headers, "x-forwarded-for": forwardedFor(request) }
      })
      outgoing.on("response", (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.headers)
        response.flushHeaders()
        answer.pipe(response)
        answer.on("error", () => response.destroy())
      })
      outgoing.on("error", () => {
        if (last || response.headersSent || response.destroyed || !safe.has(request.method ?? "")) refuse(response)
        else forward(request, response, true)
      })
      response.on("close", () => socket.destroy())
      request.pipe(outgoing)
    }, () => refuse(response))
  const server = createServer((request, response) => forward(request, response, false))
  server.on("upgrade", (request: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on("error", () => client.destroy())
    choose((socket) => {
      const headers = request.rawHeaders.flatMap((name, index, all) =>
        index % 2 === 0 ? [`${name}: ${all[index + 1]}`] : []
      )
      const first = `${request.method} ${request.url} HTTP/1.1`
      socket.write([first, ...headers, `x-forwarded-for: ${forwardedFor(request)}`, "", ""].join("\r\n"))
      socket.write(head)
      socket.on("error", () => client.destroy())
      socket.on("close", () => client.destroy())
      client.on("close", () => socket.destroy())
      client.pipe(socket)
      socket.pipe(client)
    }, () => client.end("HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n"))
  })
  return server
}

/** The status with which a server answers within 2 s; undefined if it does not. */
const statusOf = ({ host, port }: Target, path: string) =>
  Effect.callback<number | undefined>((resume) => {
    const asked = send({ host, port, path, agent: false, timeout: 2000 }, (answer) => {
      answer.resume()
      resume(Effect.succeed(answer.statusCode))
    })
    asked.on("timeout", () => asked.destroy())
    asked.on("error", () => resume(Effect.undefined))
    asked.end()
    return Effect.sync(() => asked.destroy())
  })

/** Asks the target every half second whether requests should come, for ever. `changed` hears of every change. */
export const watch = (target: Target, changed: (ready: boolean) => Effect.Effect<void>) =>
  statusOf(target, "/health/ready").pipe(
    Effect.flatMap((status) => {
      const ready = status === 200
      if (ready === target.ready) return Effect.void
      target.ready = ready
      return changed(ready)
    }),
    Effect.repeat(Schedule.spaced("500 millis"))
  )

/**
 * Returns when the target says that it should be restarted; asks every 10 s. One that says nothing starts, ends or is frozen,
 * which is left to whoever froze it.
 */
export const untilStuck = (target: Target) =>
  statusOf(target, "/health/live").pipe(
    Effect.repeat({ until: (status) => status === 503, schedule: Schedule.spaced("10 seconds") }),
    Effect.asVoid
  )
