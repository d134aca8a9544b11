import { Effect, Metric } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
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

/** `/metrics`. */
export const metricsRoute = HttpRouter.add(
  "GET",
  "/metrics",
  Effect.map(prometheusText, (text) => HttpServerResponse.text(text, { contentType }))
)
