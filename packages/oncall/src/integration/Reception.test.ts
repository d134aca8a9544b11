import { assert, layer } from "@effect/vitest"
import { RateLimits } from "@innkeeper/platform"
import { TooManyRequests } from "@innkeeper/platform/api"
import { Effect, Option, Tracer } from "effect"
import { HttpServerRequest } from "effect/http"
import { arrival, looking, makeScene, servicesLayer, servicesNamed } from "../testing.fixture.ts"
import { Integrations } from "./Integrations.ts"
import { makeReception } from "./Reception.ts"

const anyRequest = HttpServerRequest.fromWeb(new Request("https://innkeeper.example.com/in"))

layer(servicesLayer)("what comes in by a door", (it) => {
  it.effect("asks the database once for the many services that a group names", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("many-named", { services: servicesNamed("Booking", "Payments") })
      const door = Option.getOrThrow(yield* (yield* Integrations).findByKey(scene.key))
      const { accept } = yield* makeReception
      let questions = 0
      const counting = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          const attribute = span.attribute.bind(span)
          span.attribute = (key, value) => {
            if (key === "db.query.text" && String(value).includes("FROM service")) questions += 1
            attribute(key, value)
          }
          return span
        }
      })
      const names = ["payments", ...Array.from({ length: 199 }, (_, index) => `nobody's-${index}`)]
      const [id] = yield* accept(
        door,
        names.map((routingKey, index) => arrival(door.serviceId, { routingKey, dedupKey: `${index}` }).alert)
      ).pipe(Effect.provideService(HttpServerRequest.HttpServerRequest, anyRequest), Effect.withTracer(counting))
      assert.strictEqual((yield* looking(scene, id!).incident).serviceName, "Payments")
      assert.strictEqual(questions, 1)
    }))

  it.effect("is not looked at beyond the quota", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("beyond")
      const integrations = yield* Integrations
      const door = Option.getOrThrow(yield* integrations.findByKey(scene.key))
      const unasked = Integrations.of({ ...integrations, serviceFor: () => Effect.die("nobody may ask") })
      const limits = yield* RateLimits
      const full = RateLimits.of({ ...limits, tenantAlerts: () => new TooManyRequests({ retryAfter: 1 }) })
      const { accept } = yield* makeReception.pipe(
        Effect.provideService(Integrations, unasked),
        Effect.provideService(RateLimits, full)
      )
      const refused = yield* Effect.flip(accept(door, [arrival(door.serviceId).alert])).pipe(
        Effect.provideService(HttpServerRequest.HttpServerRequest, anyRequest)
      )
      assert.strictEqual(refused._tag, "TooManyRequests")
    }))

  it.effect("is about the services that it names, each looked up once", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("named", { services: servicesNamed("Booking", "Payments") })
      const integrations = yield* Integrations
      const door = Option.getOrThrow(yield* integrations.findByKey(scene.key))
      const asked: Array<string | null> = []
      const counting = Integrations.of({
        ...integrations,
        serviceFor: (door, routingKey) => {
          asked.push(routingKey)
          return integrations.serviceFor(door, routingKey)
        }
      })
      const { accept } = yield* Effect.provideService(makeReception, Integrations, counting)
      const alertFor = (routingKey: string | null, dedupKey: string) =>
        arrival(door.serviceId, { routingKey, dedupKey }).alert
      const ids = yield* accept(door, [
        alertFor("nobody's", "1"),
        alertFor("payments", "2"),
        alertFor("nobody's", "3"),
        alertFor(null, "4"),
        alertFor("payments", "5")
      ]).pipe(Effect.provideService(HttpServerRequest.HttpServerRequest, anyRequest))
      assert.deepStrictEqual(asked, ["nobody's", "payments", null])
      const incidents = yield* Effect.forEach(ids, (id) => looking(scene, id!).incident)
      assert.deepStrictEqual(incidents.map(({ serviceName }) => serviceName), [
        "Booking",
        "Payments",
        "Booking",
        "Booking",
        "Payments"
      ])
    }))
})
