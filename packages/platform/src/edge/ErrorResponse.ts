import { isDatabaseAway } from "@innkeeper/database"
import { Cause, Effect, Option, Schema } from "effect"
import { HttpBody, HttpServerError, type HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiError } from "effect/http-api"
import { STATUS_CODES } from "node:http"
import { problemType } from "../access/Problems.ts"

/** A problem document (RFC 9457) for what no endpoint answered. */
const problem = (name: string, status: number, title: string, detail: string) =>
  HttpServerResponse.jsonUnsafe({ type: problemType(name), status, title, detail }, {
    status,
    contentType: "application/problem+json"
  })

/** 404, or 405 where other methods are allowed (RFC 9110, 15.5.6). */
const notRouted = (
  { method, url }: HttpServerRequest.HttpServerRequest,
  allowed: ReadonlyArray<string>
) => {
  const path = url.split("?", 1)[0]?.slice(0, 200)
  if (allowed.length === 0) return problem("not-found", 404, "Not found", `There is nothing at ${method} ${path}`)
  const allow = allowed.join(", ")
  return HttpServerResponse.setHeader(
    problem("method-not-allowed", 405, "Method not allowed", `There is no ${method} at ${path}, expected ${allow}`),
    "allow",
    allow
  )
}

const isRouteNotFound = (error: unknown): boolean =>
  HttpServerError.isHttpServerError(error) && error.reason._tag === "RouteNotFound"

const details: Readonly<Record<number, string>> = {
  400: "The request could not be read",
  413: "The body is larger than any endpoint takes",
  415: "Send the body as Content-Type: application/json"
}

/** Puts a problem document into an answer of the router that has none, such as to a body that is too large. */
export const withProblem = (response: HttpServerResponse.HttpServerResponse) => {
  const { body, status } = response
  if (status < 400 || (body._tag !== "Empty" && status !== 415)) return response
  const document = {
    type: status === 413 ? problemType("payload-too-large") : "about:blank",
    status,
    title: STATUS_CODES[status] ?? "Error",
    detail: details[status]
  }
  return HttpServerResponse.setBody(response, HttpBody.jsonUnsafe(document, "application/problem+json"))
}

/** 503 with the time after which to try again, which most senders of alerts keep to (RFC 9110, 15.6.4). */
const unavailable = (detail: string) =>
  HttpServerResponse.setHeader(problem("unavailable", 503, "Not available", detail), "retry-after", "5")

const encodeBroken = Schema.encodeSync(HttpApiError.InternalServerErrorProblem)

/** 500 as the contract of every endpoint has it: clients take another document for the answer of another server. */
const broken = (detail: string) =>
  HttpServerResponse.jsonUnsafe(encodeBroken(new HttpApiError.InternalServerErrorProblem({ detail })), {
    status: 500,
    contentType: "application/problem+json"
  })

/** A failure without the answers that the HTTP server would have made of it. */
const withoutResponses = <E>({ reasons }: Cause.Cause<E>) =>
  Cause.fromReasons(
    reasons.filter((reason) => !(Cause.isDieReason(reason) && HttpServerResponse.isHttpServerResponse(reason.defect)))
  )

/**
 * The answer to a request that failed outside an endpoint's contract. A defect is logged and answered with the id by which
 * the log can be searched; nothing of it leaves.
 */
export const errorResponse = Effect.fnUntraced(function*<E>(
  cause: Cause.Cause<E>,
  request: HttpServerRequest.HttpServerRequest,
  requestId: string,
  methodsAt: (url: string) => ReadonlyArray<string>
) {
  if (Option.exists(Cause.findErrorOption(cause), isRouteNotFound)) return notRouted(request, methodsAt(request.url))
  const [response] = yield* HttpServerError.causeResponse(cause)
  if (response.status < 500) return response
  if (Cause.hasInterruptsOnly(cause)) return unavailable("The server is stopping. Try again in a moment.")
  const own = withoutResponses(cause)
  if (isDatabaseAway(own)) {
    yield* Effect.logWarning("A request did not reach the database", own)
    return unavailable("The database was out of reach. Whether this request was kept is not known: send it again.")
  }
  yield* Effect.logError("A request failed unexpectedly", own)
  return broken(
    `Something broke on our side. It was logged with the request id ${requestId}. Nothing of this request was kept unless you were told so.`
  )
})
