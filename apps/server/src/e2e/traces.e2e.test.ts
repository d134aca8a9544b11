import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { appRole, EmbeddedPostgres, ownerRole } from "@innkeeper/database"
import { freePort, HttpSink } from "@innkeeper/testkit"
import { Context, Effect, Layer, Schema } from "effect"
import { eventually } from "./eventually.fixture.ts"
import { makeDataFolder } from "./process.fixture.ts"
import { startServer } from "./server.fixture.ts"
import { makeTenant } from "./tenant.fixture.ts"

const Attributes = Schema.Array(Schema.Struct({ key: Schema.String, value: Schema.Json }))
const Traces = Schema.fromJsonString(Schema.Struct({
  resourceSpans: Schema.Array(Schema.Struct({
    resource: Schema.Struct({ attributes: Attributes }),
    scopeSpans: Schema.Array(Schema.Struct({
      spans: Schema.Array(Schema.Struct({ traceId: Schema.String, name: Schema.String, attributes: Attributes }))
    }))
  }))
}))
const decode = Schema.decodeUnknownSync(Traces)

const valueOf = (attributes: typeof Attributes.Type, key: string) =>
  JSON.stringify(attributes.find((attribute) => attribute.key === key)?.value ?? null)

/** What the collector was told by a request: each span with the pod that made it. */
const spansOf = (body: string) =>
  decode(body).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ attributes, name, traceId }) => ({
        pod: valueOf(resource.attributes, "service.name"),
        name,
        traceId,
        route: valueOf(attributes, "http.route"),
        path: valueOf(attributes, "url.path")
      }))
    )
  )

/** Spans between an alert's request and the provider's answer. */
const steps = ["HTTP POST", "consumer/oncall/escalation", "Pager.step", "Deliveries.deliver", "Channels.send"]

/** Two servers on one database that tell one collector of their spans. */
const startPods = Effect.gen(function*() {
  const { url: collector } = yield* HttpSink
  const dataFolder = yield* makeDataFolder
  const { database, socket } = yield* Effect.map(
    Layer.build(EmbeddedPostgres.layer({ dataFolder, settings: { max_connections: "60" } })),
    Context.get(EmbeddedPostgres)
  )
  const login = (user: string) => `postgres://localhost/${database}?host=${encodeURIComponent(socket)}&user=${user}`
  const start = Effect.fnUntraced(function*(name: string) {
    return yield* startServer({
      dataFolder,
      env: {
        DATABASE_URL: login(appRole),
        DATABASE_OWNER_URL: login(ownerRole),
        RUNNER_HOST: "127.0.0.1",
        RUNNER_PORT: String(yield* freePort),
        OTEL_EXPORTER_OTLP_ENDPOINT: collector,
        OTEL_SERVICE_NAME: name,
        LOG_FORMAT: "json"
      }
    })
  })
  return [yield* start("pod-a"), yield* start("pod-b")] as const
})

layer(Layer.provideMerge(HttpSink.layer, NodeServices.layer), { excludeTestServices: true, timeout: "170 seconds" })(
  "traces",
  (it) => {
    it.effect("follow an alert from its request over the pods to the pages of both steps, and hold no key", () =>
      Effect.gen(function*() {
        const sink = yield* HttpSink
        const pods = yield* startPods
        const tenant = yield* makeTenant(pods[0], "traced", { timeoutSeconds: 3 })
        // By turns: the consumer may move to the other pod in between, as both have only just started.
        const alerts = Array.from({ length: 3 }).flatMap((_, index) =>
          pods.map((pod, of) => ({ pod, traceId: `${of}${index}`.repeat(16).replace(/^00/, "a0") }))
        )
        for (const { pod, traceId } of alerts) {
          const answer = yield* pod.call("POST", `/in/${tenant.keys.generic}`, {
            json: { summary: `Of trace ${traceId}`, dedupKey: traceId },
            headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` }
          })
          assert.strictEqual(answer.status, 202, answer.text)
        }

        const spans = yield* eventually(
          "the spans of every trace have come",
          Effect.map(
            sink.requests,
            (requests) => requests.filter(({ path }) => path === "/v1/traces").flatMap(({ body }) => spansOf(body))
          ),
          (spans) =>
            alerts.every(({ traceId }) => {
              const names = spans.filter((span) => span.traceId === traceId).map(({ name }) => name)
              return steps.every((step) => names.includes(step)) &&
                // Nobody answers: the second step is taken when its alarm rings, and the second person is paged.
                names.filter((name) => name === "Deliveries.deliver").length >= 2 &&
                names.filter((name) => name === "Pager.step").length >= 2
            })
        )
        const requests = spans.filter(({ name, traceId }) =>
          name === "HTTP POST" && alerts.some((alert) => alert.traceId === traceId)
        )
        assert.lengthOf(requests, alerts.length)
        for (const { path, route } of requests) {
          assert.include(route, "/in/:key")
          assert.include(path, "/in/:key")
        }

        // The consumer runs on one of the pods at a time, and both took requests.
        const crossed = requests.filter(({ pod, traceId }) =>
          spans.some((span) =>
            span.traceId === traceId && span.name === "consumer/oncall/escalation" && span.pod !== pod
          )
        )
        assert.isNotEmpty(crossed)

        const everything = (yield* sink.requests).map(({ body }) => body).join("\n")
        assert.notInclude(everything, tenant.keys.generic)
        for (const { logs } of pods) assert.notInclude(logs(), tenant.keys.generic)
      }).pipe(Effect.scoped))
  }
)
