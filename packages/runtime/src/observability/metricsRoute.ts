import { Effect, Metric } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { PrometheusMetrics } from "effect/observability"

/** The text format that Prometheus scrapes. */
const contentType = "text/plain; version=0.0.4; charset=utf-8"

/**
 * All metrics as Prometheus reads them. A counter's name ends in `_total`, by Prometheus' conventions; in the program and over
 * OTLP it does not, by OpenTelemetry's.
 */
export const prometheusText = Effect.gen(function*() {
  const counters = new Set(
    (yield* Metric.snapshot).flatMap(({ id, type }) => type === "Counter" && !id.endsWith("_total") ? [id] : [])
  )
  return yield* PrometheusMetrics.format({
    metricNameMapper: (name) => counters.has(name) ? `${name}_total` : name
  })
})

const unauthorized = HttpServerResponse.jsonUnsafe(
  { type: "about:blank", status: 401, title: "Unauthorized", detail: "Send METRICS_TOKEN as Authorization: Bearer" },
  { status: 401, contentType: "application/problem+json", headers: { "www-authenticate": "Bearer" } }
)

/** `/metrics`, for those who may look. */
export const metricsRoute = (mayLook: (request: HttpServerRequest.HttpServerRequest) => boolean) =>
  HttpRouter.add(
    "GET",
    "/metrics",
    Effect.gen(function*() {
      if (!mayLook(yield* HttpServerRequest.HttpServerRequest)) return unauthorized
      return HttpServerResponse.text(yield* prometheusText, { contentType })
    })
  )
