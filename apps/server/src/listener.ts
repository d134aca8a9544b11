import { problemType } from "@innkeeper/platform/api"
import { createServer, type RequestListener, type Server } from "node:http"

/** Answers while nobody else does: a request without a listener would wait for ever. */
const starting: RequestListener = (_request, response) => {
  response.writeHead(503, { "content-type": "application/problem+json", "retry-after": "1" })
  response.end(JSON.stringify({
    type: problemType("unavailable"),
    status: 503,
    title: "Not available",
    detail: "The server is starting. Try again in a moment."
  }))
}

/** A web server that answers 503 from the moment it listens until the app takes over. */
export const makeListener = (): Server => {
  const server = createServer()
  server.on("request", starting)
  const hand = (event: string | symbol) => {
    if (event !== "request") return
    server.off("newListener", hand)
    server.off("request", starting)
  }
  server.on("newListener", hand)
  return server
}
