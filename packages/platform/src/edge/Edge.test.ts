import { NodeHttpServer } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer, Logger, Metric, References, Schema, Tracer } from "effect"
import { HttpClient, HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiError } from "effect/http-api"
import { SqlError } from "effect/sql"
import { type IncomingHttpHeaders, request as send } from "node:http"
import { inspect } from "node:util"
import { call } from "../Http.fixture.ts"
import { edgeLayer } from "./Edge.ts"
import { RequestInfo } from "./RequestInfo.ts"
import { requestTelemetry } from "./RequestTelemetry.ts"

/** Every line of the server's log, from debug on, with its annotations. */
class Lines extends Context.Service<Lines, Array<string>>()("platform/test/Lines") {
  static readonly layer = Layer.sync(Lines, () => [])
}

const capture = Layer.unwrap(Effect.map(Lines, (lines) =>
  Layer.merge(
    Logger.layer([
      Logger.make(({ cause, fiber, message }) => {
        const span = Context.getOrUndefined(fiber.context, Tracer.ParentSpan)
        const annotations = fiber.getRef(References.CurrentLogAnnotations)
        lines.push(inspect([message, annotations, cause, span?.traceId], { depth: 10 }))
      })
    ]),
    Layer.succeed(References.MinimumLogLevel, "Debug")
  )))

const request = HttpServerRequest.HttpServerRequest

const routes = Layer.mergeAll(
  HttpRouter.add("GET", "/info", Effect.map(RequestInfo, (info) => HttpServerResponse.jsonUnsafe(info))),
  HttpRouter.add("GET", "/own", HttpServerResponse.text("own", { headers: { "x-frame-options": "SAMEORIGIN" } })),
  HttpRouter.add("GET", "/api/v1/any", HttpServerResponse.text("any")),
  HttpRouter.add("GET", "/metrics", HttpServerResponse.text("any")),
  HttpRouter.add("GET", "/die", Effect.die("secret of the inside")),
  HttpRouter.add("GET", "/fail", Effect.fail({ password: "secret of the inside" })),
  HttpRouter.add("GET", "/stopping", Effect.interrupt),
  HttpRouter.add(
    "GET",
    "/no-database",
    Effect.die(new SqlError.SqlError({ reason: new SqlError.ConnectionError({ cause: "secret of the inside" }) }))
  ),
  HttpRouter.add("POST", "/in/:key", HttpServerResponse.text("taken")),
  HttpRouter.add(
    "POST",
    "/length",
    Effect.flatMap(request, ({ text }) => Effect.map(text, ({ length }) => HttpServerResponse.text(`${length}`)))
  )
)

const edgeOf = (options: Parameters<typeof edgeLayer>[0]) =>
  HttpRouter.serve(Layer.mergeAll(routes, edgeLayer(options)), { disableLogger: true, disableListenLog: true }).pipe(
    Layer.provide(requestTelemetry),
    Layer.provideMerge(NodeHttpServer.layerTest),
    Layer.provideMerge(capture),
    Layer.provideMerge(Lines.layer)
  )

/** Spans that have ended, but for the test's own. */
class Spans extends Context.Service<Spans, Array<Tracer.Span>>()("platform/test/Spans") {
  static readonly layer = Layer.sync(Spans, () => [])
}

const collecting = Layer.effect(
  Tracer.Tracer,
  Effect.map(Spans, (spans) =>
    Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        const end = span.end.bind(span)
        span.end = (time, exit) => {
          end(time, exit)
          if (span.name !== "call") spans.push(span)
        }
        return span
      }
    }))
).pipe(Layer.provideMerge(Spans.layer))

/** A request whose path stays as it is written. */
const callRaw = Effect.fnUntraced(function*(method: string, path: string) {
  const { address } = yield* HttpServer.HttpServer
  const port = address._tag === "UnixPathAddress" ? assert.fail("Not on a port") : address.port
  return yield* Effect.callback<{ readonly status: number; readonly headers: IncomingHttpHeaders }>((resume) => {
    const sent = send({ port, method, path, agent: false }, (response) => {
      response.resume()
      resume(Effect.succeed({ status: response.statusCode ?? 0, headers: response.headers }))
    })
    sent.on("error", (error) => resume(Effect.die(error)))
    sent.end()
  })
})

/** Ways to write the address of an integration, and what is told of each. */
const spellings = [
  ["//in/ik_secret", "/in/…"],
  ["/in//ik_secret", "/in/…"],
  ["/IN/ik_secret", "/in/…"],
  ["/%69n/ik_secret", "/in/…"],
  ["/in%2Fik_secret", "/in/…"],
  ["/in/ik_secret;secret", "/in/…"],
  ["http://localhost/in/ik_secret", "/in/…"],
  ["/in/ik_secret/%zz", "…"]
] as const

const everywhere = ["/info", "/own", "/api/v1/any", "/die", "/fail", "/nowhere"]

layer(edgeOf({ publicUrl: "http://localhost:8080", trustedProxies: [] }))("the edge", (it) => {
  it.effect("sends the security headers with every answer, errors too (SEC-04), and HSTS not over http", () =>
    Effect.gen(function*() {
      for (const path of everywhere) {
        const { headers } = yield* call("GET", path)
        assert.match(
          headers["content-security-policy"] ?? "",
          /default-src 'self'.*object-src 'none'.*frame-ancestors 'none'/
        )
        assert.strictEqual(headers["x-content-type-options"], "nosniff", path)
        assert.strictEqual(headers["x-frame-options"], path === "/own" ? "SAMEORIGIN" : "DENY", path)
        assert.strictEqual(headers["referrer-policy"], "no-referrer", path)
        assert.strictEqual(headers["cross-origin-opener-policy"], "same-origin", path)
        assert.strictEqual(headers["cross-origin-resource-policy"], "same-origin", path)
        assert.isDefined(headers["permissions-policy"], path)
        assert.isUndefined(headers["strict-transport-security"], path)
        assert.strictEqual(headers["cache-control"], path.startsWith("/api/") ? "no-store" : undefined, path)
      }
    }))

  it.effect("keeps a request id that is safe to print, and makes one otherwise, the same in the log and the answer", () =>
    Effect.gen(function*() {
      const given = yield* call("GET", "/info", { headers: { "x-request-id": "abc-123_def.456" } })
      assert.strictEqual(given.headers["x-request-id"], "abc-123_def.456")
      assert.strictEqual(given.json.requestId, "abc-123_def.456")
      for (
        const odd of ["", "short", "a".repeat(129), "with space in it", "<script>alert(1)</script>", "ümläutümläut"]
      ) {
        const { headers, json } = yield* call("GET", "/info", { headers: { "x-request-id": odd } })
        assert.match(headers["x-request-id"] ?? "", /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/, odd)
        assert.strictEqual(json.requestId, headers["x-request-id"])
      }
      const [one, other] = [yield* call("GET", "/info"), yield* call("GET", "/info")]
      assert.notStrictEqual(one.headers["x-request-id"], other.headers["x-request-id"])
    }))

  it.effect("answers 404 with a problem document, without the query", () =>
    Effect.gen(function*() {
      const { json, problem, status } = yield* call("DELETE", "/nowhere?token=secret")
      assert.deepStrictEqual([status, problem, json.status], [404, "not-found", 404])
      assert.strictEqual(json.detail, "There is nothing at DELETE /nowhere")
    }))

  it.effect("answers 500 with the id by which the log tells what broke, and nothing of it (SEC-03)", () =>
    Effect.gen(function*() {
      const lines = yield* Lines
      for (const path of ["/die", "/fail"]) {
        lines.length = 0
        const { headers, json, status, text } = yield* call("GET", path)
        const id = headers["x-request-id"] ?? "none"
        assert.strictEqual(status, 500)
        const { detail } = yield* Schema.decodeUnknownEffect(HttpApiError.InternalServerErrorProblem)(json)
        assert.include(detail, id)
        assert.notInclude(text, "secret")
        assert.notInclude(text, "platform/src")
        const logged = lines.filter((line) => line.includes("failed unexpectedly"))
        assert.strictEqual(logged.length, 1)
        assert.include(logged[0], "secret of the inside")
        assert.include(logged[0], id)
      }
    }))

  it.effect("asks to come again where the database is away or the server stops, and calls neither an error", () =>
    Effect.gen(function*() {
      const lines = yield* Lines
      lines.length = 0
      for (const path of ["/no-database", "/stopping"]) {
        const { headers, problem, status, text } = yield* call("GET", path)
        assert.deepStrictEqual([status, problem, headers["retry-after"]], [503, "unavailable", "5"], path)
        assert.notInclude(text, "secret")
      }
      assert.isEmpty(lines.filter((line) => line.includes("failed unexpectedly")))
      assert.lengthOf(lines.filter((line) => line.includes("did not reach the database")), 1)
    }))

  it.effect("takes bodies of 512 KiB and refuses longer ones with a problem document", () =>
    Effect.gen(function*() {
      const limit = 512 * 1024
      const most = yield* call("POST", "/length", { text: "a".repeat(limit) })
      assert.deepStrictEqual([most.status, most.text], [200, `${limit}`])
      const { json, problem, status } = yield* call("POST", "/length", { text: "a".repeat(limit + 1) })
      assert.deepStrictEqual([status, problem, json.status], [413, "payload-too-large", 413])
    }))

  it.effect("logs a line for each request, without keys of integrations and without queries", () =>
    Effect.gen(function*() {
      const lines = yield* Lines
      lines.length = 0
      yield* call("POST", "/in/ik_very_secret?token=secret", { json: {}, headers: { "x-request-id": "log-line-1" } })
      yield* call("GET", "/info?token=secret")
      yield* call("GET", "/in/ik_very_secret/alertmanager?token=secret")
      const all = lines.join("\n")
      assert.include(all, "POST /in/… 200")
      assert.include(all, "GET /info 200")
      assert.include(all, "GET /in/…/alertmanager 404")
      assert.include(all, "log-line-1")
      assert.include(all, "127.0.0.1")
      assert.notInclude(all, "secret")
    }))

  it.effect("reads a path as the router does, however it is spelled", () =>
    Effect.gen(function*() {
      const lines = yield* Lines
      lines.length = 0
      for (const [path, shown] of spellings) {
        yield* callRaw("POST", path)
        assert.isTrue(lines.some((line) => line.includes(`POST ${shown} `)), path)
        assert.notInclude(lines.splice(0).join(), "secret", path)
      }
      for (const path of ["//api/v1/any", "/api//v1/any", "/API/v1/any", "/%61pi/v1/any"]) {
        const { headers, status } = yield* callRaw("GET", path)
        assert.deepStrictEqual([status, headers["cache-control"]], [200, "no-store"], path)
      }
      assert.strictEqual((yield* callRaw("GET", "/%61pi/%zz")).headers["cache-control"], "no-store")
      lines.length = 0
      assert.strictEqual((yield* callRaw("GET", "/METRICS")).status, 200)
      assert.isEmpty(lines)
    }))

  it.effect("believes nobody's X-Forwarded-For", () =>
    Effect.gen(function*() {
      const { json } = yield* call("GET", "/info", { headers: { "x-forwarded-for": "203.0.113.9" } })
      assert.match(`${json.ip}`, /^(::ffff:)?127\.0\.0\.1$|^::1$/)
    }))
})

const behindProxy = edgeOf({
  publicUrl: "https://innkeeper.example.com",
  trustedProxies: ["127.0.0.0/8", "::1/128", "10.0.0.0/8"],
  contentSecurityPolicy: "default-src 'none'"
})

layer(behindProxy)("the edge behind trusted proxies", (it) => {
  it.effect("takes the last address that no trusted proxy has", () =>
    Effect.gen(function*() {
      const ip = (header: string) =>
        Effect.map(call("GET", "/info", { headers: { "x-forwarded-for": header } }), ({ json }) => json.ip)
      assert.strictEqual(yield* ip("203.0.113.9"), "203.0.113.9")
      assert.strictEqual(yield* ip("198.51.100.1, 203.0.113.9"), "203.0.113.9")
      assert.strictEqual(yield* ip("198.51.100.1, 203.0.113.9, 10.1.2.3"), "203.0.113.9")
      assert.strictEqual(yield* ip("2001:db8::7"), "2001:db8::7")
      assert.match(`${yield* ip("' OR 1=1")}`, /127\.0\.0\.1$|^::1$/)
    }))

  it.effect("sends HSTS where the public address is https, and the policy that replaces the usual one", () =>
    Effect.gen(function*() {
      for (const path of everywhere) {
        const { headers } = yield* call("GET", path)
        assert.match(headers["strict-transport-security"] ?? "", /^max-age=31536000/)
        assert.strictEqual(headers["content-security-policy"], "default-src 'none'")
      }
    }))
})

/** Everything that a span tells. */
const told = (span: Tracer.Span) =>
  inspect([span.name, [...span.attributes], span.status._tag === "Ended" && span.status.exit], {
    depth: 10
  })

const traced = edgeOf({ publicUrl: "http://localhost:8080", trustedProxies: [] }).pipe(Layer.provideMerge(collecting))
/** A call of somebody whose own spans are none of ours. */
const callFromOutside = (...request: Parameters<typeof call>) =>
  Effect.provideService(call(...request), HttpClient.TracerDisabledWhen, () => true)

const traceId = "0af7651916cd43dd8448eb211c80319c"

layer(traced)("the edge, traced", (it) => {
  /** The span that the server makes of a request. */
  const spanOf = Effect.fnUntraced(function*(...request: Parameters<typeof call>) {
    const spans = yield* Spans
    spans.length = 0
    yield* callFromOutside(...request)
    return spans.find(({ kind }) => kind === "server")
  })

  it.effect("makes one span of a request, a part of its caller's trace", () =>
    Effect.gen(function*() {
      const spans = yield* Spans
      const span = yield* spanOf("GET", "/info", {
        headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01`, "x-request-id": "request-1" }
      })
      assert.strictEqual(spans.filter(({ kind }) => kind === "server").length, 1)
      assert.strictEqual(span?.traceId, traceId)
      assert.deepInclude(Object.fromEntries(span?.attributes ?? []), {
        "http.request.method": "GET",
        "http.route": "/info",
        "url.path": "/info",
        "http.response.status_code": 200,
        "request.id": "request-1"
      })
    }))

  it.effect("tells the template of a route instead of an integration's key, and no query", () =>
    Effect.gen(function*() {
      const spans = yield* Spans
      const taken = yield* spanOf("POST", "/in/ik_very_secret?token=secret", { json: {} })
      assert.strictEqual(taken?.attributes.get("url.path"), "/in/:key")
      assert.notInclude(spans.map(told).join(), "secret")
      const lost = yield* spanOf("GET", "/in/ik_very_secret/nowhere?token=secret")
      assert.strictEqual(lost?.attributes.get("url.path"), "/in/…/nowhere")
      assert.notInclude(spans.map(told).join(), "secret")
    }))

  it.effect("tells it so whichever way the key's address is written", () =>
    Effect.gen(function*() {
      const spans = yield* Spans
      spans.length = 0
      for (const [path] of spellings) yield* callRaw("POST", path)
      const paths = spans.filter(({ kind }) => kind === "server").map(({ attributes }) => attributes.get("url.path"))
      assert.lengthOf(paths, spellings.length)
      assert.deepStrictEqual([...new Set(paths)].sort(), ["/in/:key", "/in/…", "…"].sort())
      assert.notInclude(spans.map(told).join(), "secret")
    }))

  it.effect("fails the span of an answer that is our fault, and of no other", () =>
    Effect.gen(function*() {
      const exitOf = (path: string) =>
        Effect.map(spanOf("GET", path), (span) => span?.status._tag === "Ended" ? span.status.exit._tag : "none")
      assert.deepStrictEqual(
        [yield* exitOf("/die"), yield* exitOf("/nowhere"), yield* exitOf("/info")],
        ["Failure", "Success", "Success"]
      )
    }))

  it.effect("measures by route and status, and makes no series of what callers make up", () =>
    Effect.gen(function*() {
      yield* callFromOutside("GET", "/info")
      yield* callFromOutside("POST", "/in/ik_very_secret", { json: {} })
      yield* callFromOutside("GET", "/made/up/by/a/caller")
      const measured = (yield* Metric.snapshot).filter(({ id }) => id === "http_server_request_duration_seconds")
      const series = measured.map(({ attributes }) =>
        `${attributes?.method} ${attributes?.route} ${attributes?.status}`
      )
      assert.includeMembers(series, ["GET /info 200", "POST /in/:key 200", "GET none 404"])
      assert.notInclude(series.join(), "secret")
    }))
})

const untraced = Layer.provideMerge(
  edgeOf({ publicUrl: "http://localhost:8080", trustedProxies: [] }),
  Layer.succeed(References.TracerEnabled, false)
)

layer(untraced)("the edge where nobody collects spans", (it) => {
  it.effect("takes its caller's trace into the log all the same", () =>
    Effect.gen(function*() {
      const lines = yield* Lines
      lines.length = 0
      yield* callFromOutside("GET", "/die", { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } })
      assert.include(lines.find((line) => line.includes("failed unexpectedly")), traceId)
    }))
})
