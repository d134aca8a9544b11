import { Effect, Schema } from "effect"
import { Agent, request } from "node:http"

/** A request got no answer. */
export class NoAnswer extends Schema.TaggedError<NoAnswer>()("NoAnswer", { reason: Schema.String }) {}

/** Connections that are kept open between requests, at most `sockets` at once; closed with the scope. */
export const connections = (sockets: number) =>
  Effect.acquireRelease(
    Effect.sync(() => new Agent({ keepAlive: true, maxSockets: sockets })),
    (agent) => Effect.sync(() => agent.destroy())
  )

/**
 * Posts JSON and gives the status of the answer once it is here in full. Node's own client, and nothing around it, so
 * that the load costs little beside what is measured.
 */
export const post = (agent: Agent, url: URL, body: string) =>
  Effect.callback<number, NoAnswer>((resume) => {
    const outgoing = request(url, {
      method: "POST",
      agent,
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) }
    }, (response) => {
      response.resume()
      response.once("end", () => resume(Effect.succeed(response.statusCode ?? 0)))
    })
    outgoing.once("error", ({ message }) => resume(Effect.fail(new NoAnswer({ reason: message }))))
    outgoing.end(body)
    return Effect.sync(() => outgoing.destroy())
  })
