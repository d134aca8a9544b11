import { assert, layer } from "@effect/vitest"
import { Effect, Option } from "effect"
import { HttpServerRequest } from "effect/http"
import { arrival, looking, makeScene, servicesLayer, servicesNamed } from "../testing.fixture.ts"
import { Integrations } from "./Integrations.ts"
import { makeReception } from "./Reception.ts"

const anyRequest = HttpServerRequest.fromWeb(new Request("https://innkeeper.example.com/in"))

layer(servicesLayer)("what comes in by a door", (it) => {
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
