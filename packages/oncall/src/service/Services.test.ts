import { assert, layer } from "@effect/vitest"
import { TeamId } from "@innkeeper/platform/api"
import { Context, Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { Alerts } from "../alert/Alerts.ts"
import { Incidents } from "../incident/Incidents.ts"
import { Integrations } from "../integration/Integrations.ts"
import { arrival, makeScene, type Scene, servicesLayer, trigger, useCasesLayer } from "../testing.fixture.ts"
import { Services } from "./Services.ts"

/** A second service beside Booking. */
const payments = (scene: Scene, parts: object = {}) => ({
  name: "Payments",
  description: "Cards and invoices",
  teamId: scene.service("Booking").teamId,
  routingKey: "payments",
  escalationPolicyId: scene.policy("Default").id,
  ...parts
})

layer(servicesLayer)("Services", (it) => {
  it.effect("keeps what it was given, counts open incidents, and removes what nobody uses", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("kept")
      const services = yield* Services
      const created = yield* scene.as(services.create(payments(scene)))
      assert.deepInclude(created, { ...payments(scene), openIncidents: 0 })
      yield* trigger(scene, { dedupKey: "open" })
      const resolved = yield* trigger(scene, { dedupKey: "resolved" })
      yield* scene.as((yield* Incidents).resolve(resolved, scene.actor("Ada")))
      const changed = yield* scene.as(services.replace(created.id, payments(scene, { description: "" })))
      assert.deepStrictEqual(yield* scene.as(services.get(created.id)), changed)
      assert.deepStrictEqual(
        (yield* scene.as(services.list)).map(({ name, openIncidents }) => [name, openIncidents]),
        [["Booking", 1], ["Payments", 0]]
      )
      yield* scene.as(services.remove(created.id))
      assert.strictEqual((yield* Effect.flip(scene.as(services.get(created.id))))._tag, "NotFound")
    }))

  it.effect("says which field is taken", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("taken")
      const services = yield* Services
      const { id } = yield* scene.as(services.create(payments(scene)))
      for (
        const [parts, field] of [[{ name: "BOOKING" }, "name"], [{ routingKey: "booking" }, "routingKey"]] as const
      ) {
        const others = { name: "Third", routingKey: "third", ...parts }
        for (
          const attempt of [services.create(payments(scene, others)), services.replace(id, payments(scene, parts))]
        ) {
          assert.deepInclude(yield* Effect.flip(scene.as(attempt)), { _tag: "Conflict", field })
        }
      }
      const elsewhere = yield* makeScene("taken-elsewhere")
      assert.strictEqual(elsewhere.service("Booking").routingKey, "booking")
    }))

  it.effect("names every reference that is nobody's or another tenant's", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("references")
      const other = yield* makeScene("references-other")
      const services = yield* Services
      const wrong = payments(scene, {
        teamId: TeamId.make(SecureRandom.uuidV7Unsafe()),
        escalationPolicyId: other.policy("Default").id
      })
      for (const attempt of [services.create(wrong), services.replace(scene.service("Booking").id, wrong)]) {
        const refusal = yield* Effect.flip(scene.as(attempt))
        assert.strictEqual(refusal._tag, "Unprocessable")
        if (refusal._tag !== "Unprocessable") return
        assert.deepStrictEqual(refusal.errors.map(({ path }) => path), [
          ["payload", "teamId"],
          ["payload", "escalationPolicyId"]
        ])
      }
    }))

  it.effect("stays while an integration or an incident belongs to it", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("in-use")
      const services = yield* Services
      const withDoor = yield* Effect.flip(scene.as(services.remove(scene.service("Booking").id)))
      assert.strictEqual(withDoor._tag, "Conflict")
      assert.include(String(withDoor.detail), "Door")

      const { id } = yield* scene.as(services.create(payments(scene)))
      const [incident] = yield* (yield* Alerts).accept(scene.tenantId, [arrival(id)])
      yield* scene.as((yield* Incidents).resolve(incident!, scene.actor("Ada")))
      const withIncident = yield* Effect.flip(scene.as(services.remove(id)))
      assert.strictEqual(withIncident._tag, "Conflict")
    }))

  it.effect("is nobody else's", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("own")
      const other = yield* makeScene("own-not")
      const services = yield* Services
      const { id } = scene.service("Booking")
      const refusals = yield* Effect.all([
        Effect.flip(other.as(services.get(id))),
        Effect.flip(other.as(services.replace(id, payments(other)))),
        Effect.flip(other.as(services.remove(id)))
      ])
      assert.deepStrictEqual([...new Set(refusals.map(({ _tag }) => _tag))], ["NotFound"])
      assert.deepStrictEqual(yield* scene.as(services.get(id)), scene.service("Booking"))
    }))

  it.effect("is found by its routing key, its own tenant's, from the moment it is made and no longer than it is there", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("routes")
      const other = yield* makeScene("routes-other")
      const services = yield* Services
      const route = (key: string, from = scene) => Effect.map(services.routeOf(from.tenantId, key), Option.getOrNull)
      assert.isNull(yield* route("payments"))
      const { id } = yield* scene.as(services.create(payments(scene)))
      assert.strictEqual(yield* route("payments"), id)
      assert.isNull(yield* route("payments", other))
      assert.strictEqual(yield* route("booking", other), other.service("Booking").id)

      yield* scene.as(services.replace(id, payments(scene, { routingKey: "money" })))
      assert.deepStrictEqual([yield* route("payments"), yield* route("money")], [null, id])
      yield* scene.as(services.remove(id))
      assert.isNull(yield* route("money"))
    }))

  it.effect("takes alerts while it and their integration are being changed, however long that takes", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("changing")
      const services = yield* Services
      const sql = yield* SqlClient.SqlClient
      const { accept } = yield* Alerts
      const outside = Effect.runPromiseWith(yield* Effect.context<never>())
      const { id } = scene.service("Booking")
      const integrations = yield* Integrations
      const [door] = yield* scene.as(integrations.list(false))
      const [incident] = yield* sql.withTransaction(
        Effect.gen(function*() {
          yield* scene.as(services.replace(id, payments(scene, { routingKey: "booking" })))
          yield* scene.as(integrations.replace(door!.id, { ...door!, name: "Gate" }))
          return yield* Effect.promise(() =>
            outside(accept(scene.tenantId, [{ ...arrival(id), integrationId: door!.id }]))
          )
        })
      )
      assert.isNotNull(incident)
      assert.isNull((yield* scene.as(integrations.get(door!.id, false))).lastAlertAt)
      yield* accept(scene.tenantId, [{ ...arrival(id), integrationId: door!.id }])
      assert.isNotNull((yield* scene.as(integrations.get(door!.id, false))).lastAlertAt)
    }))

  it.effect("is found under its new routing key on another server within five seconds", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("other-server")
      const services = yield* Services
      const there = Context.get(yield* Layer.build(Layer.fresh(useCasesLayer)), Services)
      const { id } = scene.service("Booking")
      assert.isTrue(Option.isSome(yield* there.routeOf(scene.tenantId, "booking")))
      yield* scene.as(services.replace(id, payments(scene, { name: "Booking" })))
      assert.deepStrictEqual(yield* there.routeOf(scene.tenantId, "payments"), Option.some(id))
      yield* TestClock.adjust("5 seconds")
      assert.isTrue(Option.isNone(yield* there.routeOf(scene.tenantId, "booking")))
    }))
})
