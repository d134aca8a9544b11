import type { TelemetryConfig } from "@innkeeper/config"
import { CurrentTenant } from "@innkeeper/database"
import { Context, Formatter, Layer, Logger, Metric, References, Tracer } from "effect"
import { FetchHttpClient } from "effect/http"
import { Otlp } from "effect/observability"
import { identified } from "./TraceContext.ts"
import { withoutRepeats } from "./withoutRepeats.ts"

/** A line of the log as one JSON object, its annotations beside the message, with the tenant and trace it belongs to. */
export const jsonLines = Logger.make((options) => {
  const { annotations, cause, level, message, timestamp } = Logger.formatStructured.log(options)
  const tenant = Context.getOrUndefined(options.fiber.context, CurrentTenant)
  const span = identified(Context.getOrUndefined(options.fiber.context, Tracer.ParentSpan))
  const origin = { tenant: tenant?.id, trace: span?.traceId, span: span?.spanId }
  return Formatter.formatJson({ ...origin, ...annotations, timestamp, level, message, cause })
})

const logged = Metric.counter("log_messages", {
  description: "Messages logged, by level",
  incremental: true
})

/** Counts what is logged: a rate of errors is the first thing to look at. */
export const countMessages = Logger.make(({ fiber, logLevel }) =>
  Metric.withAttributes(logged, { level: logLevel.toLowerCase() }).updateUnsafe(1, fiber.context)
)

const logging = ({ logFormat, logLevel }: TelemetryConfig) =>
  Layer.merge(
    Logger.layer([
      withoutRepeats(logFormat === "json" ? Logger.withConsoleLog(jsonLines) : Logger.consolePretty()),
      Logger.tracerLogger,
      countMessages
    ]),
    Layer.succeed(References.MinimumLogLevel, logLevel)
  )

const exporting = ({ otlpEndpoint, serviceName }: TelemetryConfig, version: string) =>
  otlpEndpoint === undefined ? Layer.succeed(References.TracerEnabled, false) : Otlp.layerJson({
    baseUrl: otlpEndpoint,
    resource: { serviceName, serviceVersion: version }
  }).pipe(Layer.provide(FetchHttpClient.layer))

/**
 * Where the process tells what it does: log lines on the console, readable or as JSON, and, with an endpoint, logs, traces
 * and metrics by OTLP over HTTP. Without one no spans are made.
 */
export const telemetryLayer = (config: TelemetryConfig, version: string) =>
  exporting(config, version).pipe(Layer.provideMerge(logging(config)))
