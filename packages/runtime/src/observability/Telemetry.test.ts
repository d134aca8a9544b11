import { assert, describe, it, layer } from "@effect/vitest"
import { TelemetryConfig, TenantId } from "@innkeeper/config"
import { asTenant } from "@innkeeper/database"
import { HttpSink } from "@innkeeper/testkit"
import { Context, Effect, Layer, Logger, Metric } from "effect"
import { countMessages, jsonLines, telemetryLayer } from "./Telemetry.ts"

const acme = TenantId.make("01980000-0000-7000-8000-000000000001")

const config = (otlpEndpoint?: string) =>
  new TelemetryConfig({ otlpEndpoint, serviceName: "innkeeper-test", logLevel: "Warn", logFormat: "json" })

describe("a line of the log", () => {
  it.effect("names the tenant, the trace and what was annotated, and keeps its own fields", () =>
    Effect.gen(function*() {
      const lines: Array<Record<string, unknown>> = []
      const logger = Logger.map(jsonLines, (line) => lines.push(JSON.parse(line)))
      const trace = yield* Effect.gen(function*() {
        yield* Effect.logWarning("Disk full").pipe(Effect.annotateLogs({ request: "r1", level: "none" }))
        return (yield* Effect.currentSpan).traceId
      }).pipe(
        Effect.withSpan("test"),
        asTenant(acme),
        Effect.provideService(Logger.CurrentLoggers, new Set([logger]))
      )
      const [line] = lines
      assert.deepStrictEqual(
        [line!["message"], line!["level"], line!["tenant"], line!["trace"], line!["request"]],
        ["Disk full", "WARN", acme, trace, "r1"]
      )
    }))
})

describe("a message", () => {
  it.effect("is counted by its level", () =>
    Effect.gen(function*() {
      const count = (level: string) =>
        Effect.map(Metric.snapshot, (snapshot) =>
          snapshot.flatMap((metric) =>
            metric.id === "log_messages" && metric.type === "Counter" && metric.attributes?.level === level
              ? [Number(metric.state.count)]
              : []
          )[0] ?? 0)
      const [errors, warnings] = [yield* count("error"), yield* count("warn")]
      yield* Effect.logError("one").pipe(
        Effect.andThen(Effect.logError("two")),
        Effect.provideService(Logger.CurrentLoggers, new Set([countMessages]))
      )
      assert.deepStrictEqual([yield* count("error"), yield* count("warn")], [errors + 2, warnings])
    }))
})

layer(HttpSink.layer, { excludeTestServices: true })("telemetry", (it) => {
  const logAndTrace = Effect.gen(function*() {
    yield* Effect.logInfo("too quiet to tell")
    yield* Effect.logError("told")
  }).pipe(Effect.withSpan("work"))

  /** Runs it with the telemetry of the config, which is handed over when its scope ends. */
  const under = (config: TelemetryConfig) =>
    Effect.scoped(Effect.gen(function*() {
      const context = yield* Layer.build(telemetryLayer(config, "1.2.3"))
      yield* Effect.provideContext(logAndTrace, context as Context.Context<never>)
    }))

  it.effect("hands logs, traces and metrics over to the collector", () =>
    Effect.gen(function*() {
      const { requests, url } = yield* HttpSink
      yield* under(config(url))
      const taken = yield* requests
      const body = (path: string) => taken.filter((request) => request.path === path).map(({ body }) => body).join("\n")
      assert.include(body("/v1/traces"), `"work"`)
      assert.include(body("/v1/traces"), "innkeeper-test")
      assert.include(body("/v1/traces"), "1.2.3")
      assert.include(body("/v1/logs"), "told")
      assert.notInclude(body("/v1/logs"), "too quiet to tell")
      assert.include(taken.map(({ path }) => path), "/v1/metrics")
    }))

  it.effect("hands nothing over without an endpoint", () =>
    Effect.gen(function*() {
      const { requests } = yield* HttpSink
      const before = (yield* requests).length
      yield* under(config())
      assert.strictEqual((yield* requests).length, before)
    }))
})
