import { Clock, Context, Effect, Exit, Layer, Metric, Option, References, Tracer } from "effect"
import { HttpMiddleware, HttpRouter, HttpServerRequest, type HttpServerResponse, HttpTraceContext } from "effect/http"
import { randomUUID } from "node:crypto"

/** The template of the route that answers the current request, such as `/in/:key`; null until one is found. */
const MatchedRoute = Context.Reference<{ path: string | null }>("platform/MatchedRoute", {
  defaultValue: () => ({ path: null })
})

/** Tells the edge which route a request came to. */
const recordRoute = HttpRouter.middleware((handler) =>
  Effect.gen(function*() {
    const matched = yield* MatchedRoute
    const { route } = yield* HttpRouter.RouteContext
    matched.path = route.path
    return yield* handler
  })
).layer

/**
 * What a server with an edge is provided with: its routes tell their templates, and Effect's own spans of requests,
 * which carry whole URLs, are not made.
 */
export const requestTelemetry = Layer.merge(
  recordRoute,
  Layer.succeed(HttpMiddleware.TracerDisabledWhen, () => true)
)

const duration = Metric.histogram("http_server_request_duration_seconds", {
  description: "Seconds until a request was answered, by route and status",
  boundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
})

/** Names of methods come from outside: each that is not known would be another series. */
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])

/** The duration's series, by method, route and status: a handful for each route. */
const series = new Map<string, Metric.Metric<number, unknown>>()

const durationOf = (method: string, route: string, status: string) => {
  const key = `${method} ${route} ${status}`
  const known = series.get(key)
  if (known !== undefined) return known
  const made = Metric.withAttributes(duration, { method, route, status })
  series.set(key, made)
  return made
}

/** Ids under which a request appears in logs and events where no spans are made. Node draws UUIDs from a store. */
const unseen = () => {
  const traceId = randomUUID().replaceAll("-", "")
  return Tracer.externalSpan({ traceId, spanId: traceId.slice(16), sampled: false })
}

/**
 * Measures a request and makes it a part of its caller's trace (W3C `traceparent`, B3), or begins one.
 *
 * `path` holds no secret: neither a query nor the key of an integration. Spans carry it, or the route's template where a part
 * was left out. A WebSocket lasts as long as its page is open, so its duration is not a latency and is not measured.
 */
export const observed = (about: { readonly path: string; readonly requestId: string; readonly quiet: boolean }) =>
<R>(
  handler: Effect.Effect<HttpServerResponse.HttpServerResponse, never, R>
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, R | HttpServerRequest.HttpServerRequest> =>
  Effect.gen(function*() {
    const { headers, method, remoteAddress } = yield* HttpServerRequest.HttpServerRequest
    const matched = { path: null as string | null }
    const started = yield* Clock.currentTimeNanos
    const remote = HttpTraceContext.fromHeaders(headers)
    const made = !about.quiet && (yield* References.TracerEnabled)
    const span = made
      ? yield* Effect.makeSpan(`HTTP ${method}`, { kind: "server", parent: Option.getOrUndefined(remote) })
      : Option.getOrElse(remote, unseen)

    return yield* handler.pipe(
      Effect.provideService(Tracer.ParentSpan, span),
      Effect.provideService(MatchedRoute, matched),
      Effect.onExit((exit) =>
        Effect.gen(function*() {
          const ended = yield* Clock.currentTimeNanos
          const status = Exit.isSuccess(exit) ? exit.value.status : 499
          if (headers["upgrade"] === undefined) {
            yield* Metric.update(
              durationOf(methods.has(method) ? method : "other", matched.path ?? "none", String(status)),
              Number(ended - started) / 1e9
            )
          }
          if (span._tag === "ExternalSpan") return
          const attributes = {
            "http.request.method": method,
            "http.route": matched.path,
            "url.path": about.path.includes("…") ? matched.path ?? about.path : about.path,
            "http.response.status_code": status,
            "client.address": Option.getOrNull(remoteAddress),
            "user_agent.original": headers["user-agent"] ?? null,
            "request.id": about.requestId
          }
          for (const [key, value] of Object.entries(attributes)) if (value !== null) span.attribute(key, value)
          span.end(ended, status >= 500 ? Exit.fail(`answered ${status}`) : Exit.void)
        })
      )
    )
  })
