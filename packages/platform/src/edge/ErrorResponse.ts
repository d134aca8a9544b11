import { Cause, Effect, Option } from "effect"
import { HttpServerError, type HttpServerRequest, HttpServerResponse } from "effect/http"
import { problemType } from "../access/Problems.ts"

/** A problem document (RFC 9457) for what no endpoint answered. */
const problem = (name: string, status: number, title: string, detail: string) =>
  HttpServerResponse.jsonUnsafe({ type: problemType(name), status, title, detail }, {
    status,
    contentType: "application/problem+json"
  })

const notFound = ({ method, url }: HttpServerRequest.HttpServerRequest) =>
  problem("not-found", 404, "Not found", `There is nothing at ${method} ${url.split("?", 1)[0]?.slice(0, 200)}`)

const isRouteNotFound = (error: unknown): boolean =>
  HttpServerError.isHttpServerError(error) && error.reason._tag === "RouteNotFound"

/**
 * The answer to a request that failed outside an endpoint's contract. A defect is logged and answered with the id by which
 * the log can be searched; nothing of it leaves.
 */
export const errorResponse = Effect.fnUntraced(function*<E>(
  cause: Cause.Cause<E>,
  request: HttpServerRequest.HttpServerRequest,
  requestId: string
) {
  if (Option.exists(Cause.findErrorOption(cause), isRouteNotFound)) return notFound(request)
  const [response, remaining] = yield* HttpServerError.causeResponse(cause)
  if (response.status < 500) return response
  if (Cause.hasInterruptsOnly(remaining)) {
    return problem("unavailable", 503, "Not available", "The server is stopping. Try again in a moment.")
  }
  yield* Effect.logError("A request failed unexpectedly", remaining)
  return problem(
    "internal",
    500,
    "Something broke on our side",
    `It was logged with the request id ${requestId}. Nothing of this request was kept unless you were told so.`
  )
})
