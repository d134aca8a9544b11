import { NodeHttpServer } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema } from "effect"
import { HttpClient, HttpRouter } from "effect/http"
import { Health, HealthReport, Unhealthy } from "./Health.ts"
import { healthRoutes } from "./healthRoutes.ts"
import { processMetricsLayer } from "./processMetrics.ts"

const server = Layer.mergeAll(
  HttpRouter.serve(healthRoutes(), { disableListenLog: true, disableLogger: true }),
  processMetricsLayer
)
  .pipe(
    Layer.provideMerge(Layer.fresh(Health.layer)),
    Layer.provideMerge(NodeHttpServer.layerTest)
  )

const get = Effect.fnUntraced(function*(path: string) {
  const { headers, json, status } = yield* HttpClient.get(path)
  return { status, cacheControl: headers["cache-control"], body: yield* json }
})

layer(server, { excludeTestServices: true })("health routes", (it) => {
  it.effect("say that all is well", () =>
    Effect.gen(function*() {
      const { register } = yield* Health
      yield* register({ name: "database", required: true, check: Effect.void })
      assert.deepStrictEqual(yield* get("/health/live"), {
        status: 200,
        cacheControl: "no-store",
        body: { status: "ok" }
      })
      assert.deepStrictEqual(yield* get("/health/ready"), {
        status: 200,
        cacheControl: "no-store",
        body: { ready: true, stopping: false, down: [] }
      })
      const { body, status } = yield* get("/health")
      assert.strictEqual(status, 200)
      const { dependencies } = yield* Schema.decodeUnknownEffect(HealthReport)(body)
      assert.deepStrictEqual(dependencies.map(({ name, status }) => [name, status]), [["database", "ok"]])
    }).pipe(Effect.scoped))

  it.effect("give the process's metrics in Prometheus' text format", () =>
    Effect.gen(function*() {
      const { headers, status, text } = yield* HttpClient.get("/metrics")
      assert.strictEqual(status, 200)
      assert.match(headers["content-type"]!, /^text\/plain; version=0\.0\.4/)
      const body = yield* text
      for (const name of ["process_resident_memory_bytes", "nodejs_heap_size_used_bytes", "process_uptime_seconds"]) {
        assert.match(body, new RegExp(`^# TYPE ${name} gauge\n${name} [0-9.]*[1-9]`, "m"))
      }
      assert.match(body, /^nodejs_eventloop_lag_p99_seconds [0-9]/m)
    }))
})

layer(server, { excludeTestServices: true })("health routes of a process that is not ready", (it) => {
  it.effect("say 503 and name what is down, and stay alive", () =>
    Effect.gen(function*() {
      const { register, stop } = yield* Health
      yield* register({
        name: "database",
        required: true,
        check: Effect.fail(new Unhealthy({ reason: "does not answer" }))
      })
      const ready = yield* get("/health/ready")
      assert.deepStrictEqual([ready.status, ready.body], [503, { ready: false, stopping: false, down: ["database"] }])
      assert.strictEqual((yield* get("/health")).status, 503)
      assert.strictEqual((yield* get("/health/live")).status, 200)
      yield* stop(0)
      assert.deepStrictEqual((yield* get("/health/ready")).body, { ready: false, stopping: true, down: ["database"] })
    }).pipe(Effect.scoped))
})

layer(server, { excludeTestServices: true })("health routes of a process that cannot help itself", (it) => {
  it.effect("say 503 to the probe that restarts it, and why, for as long as it is so", () =>
    Effect.gen(function*() {
      const { stuck } = yield* Health
      const { body, status } = yield* Effect.scoped(Effect.andThen(stuck("no sessions"), get("/health/live")))
      assert.deepStrictEqual([status, body], [503, { status: "stuck", reasons: ["no sessions"] }])
      assert.strictEqual((yield* get("/health/live")).status, 200)
    }))
})

const token = "a token of at least 32 characters"

const guarded = HttpRouter.serve(healthRoutes({ token: Redacted.make(token) }), {
  disableListenLog: true,
  disableLogger: true
}).pipe(
  Layer.provideMerge(Layer.fresh(Health.layer)),
  Layer.provideMerge(NodeHttpServer.layerTest)
)

layer(guarded, { excludeTestServices: true })("health routes with a token", (it) => {
  it.effect("tell metrics and details to those alone who bring it, and everybody whether all is well", () =>
    Effect.gen(function*() {
      const { register } = yield* Health
      yield* register({ name: "database", required: true, check: Effect.void })
      const ask = (path: string, authorization?: string) =>
        Effect.flatMap(
          HttpClient.get(path, authorization === undefined ? {} : { headers: { authorization } }),
          ({ status, text }) => Effect.map(text, (text) => ({ status, text }))
        )
      const bearer = `Bearer ${token}`
      for (const wrong of [undefined, "", token, `${bearer} `.trimEnd().slice(0, -1), `Basic ${token}`]) {
        const { status, text } = yield* ask("/metrics", wrong)
        assert.strictEqual(status, 401)
        assert.notInclude(text, "# TYPE")
        const health = yield* ask("/health", wrong)
        assert.strictEqual(health.status, 200)
        assert.notInclude(health.text, "database")
      }
      assert.strictEqual((yield* ask("/metrics", bearer)).status, 200)
      assert.include((yield* ask("/health", bearer)).text, "database")
      for (const probe of ["/health/live", "/health/ready"]) assert.strictEqual((yield* ask(probe)).status, 200)
    }).pipe(Effect.scoped))
})
