import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { inTrace } from "@innkeeper/runtime"
import { Context, Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { TestClock } from "effect/testing"
import { Incidents } from "../incident/Incidents.ts"
import type { IntegrationId } from "../integration/Integration.ts"
import { Integrations } from "../integration/Integrations.ts"
import { ServiceId } from "../service/Service.ts"
import {
  arrival,
  looking,
  makeScene,
  send,
  servicesLayer,
  servicesNamed,
  trigger,
  useCasesLayer
} from "../testing.fixture.ts"
import { Alerts } from "./Alerts.ts"

layer(servicesLayer)("Alerts", (it) => {
  it.effect("puts duplicates that come at once into one incident", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("duplicates")
      const ids = yield* Effect.all(Array.from({ length: 200 }, () => send(scene)), { concurrency: "unbounded" })
      assert.strictEqual(new Set(ids).size, 1)
      const { incident, timeline } = looking(scene, ids[0]!)
      const { alertCount, number, status } = yield* incident
      assert.deepStrictEqual([number, alertCount, status], [1, 200, "triggered"])
      assert.deepStrictEqual((yield* timeline).map(({ kind }) => kind), ["triggered"])
    }))

  it.effect("numbers incidents of distinct keys without a gap", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("numbers")
      yield* Effect.all(
        Array.from({ length: 120 }, (_, index) => send(scene, { dedupKey: `disk-${index % 60}` })),
        { concurrency: "unbounded" }
      )
      const { items } = yield* scene.as((yield* Incidents).search({ limit: 100 }))
      assert.deepStrictEqual(items.map(({ number }) => number), Array.from({ length: 60 }, (_, index) => 60 - index))
      assert.deepStrictEqual([...new Set(items.map(({ alertCount }) => alertCount))], [2])
    }))

  it.effect("keeps the alerts of a batch in the order in which they came", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("order")
      const service = scene.service("Booking").id
      const [first, same, none, second] = yield* (yield* Alerts).accept(scene.tenantId, [
        arrival(service, { summary: "one" }),
        arrival(service, { action: "resolve", summary: "two" }),
        arrival(service, { action: "acknowledge", summary: "three" }),
        arrival(service, { summary: "four" })
      ])
      assert.deepStrictEqual([same, none], [first, null])
      assert.notStrictEqual(second, first)
      assert.strictEqual((yield* looking(scene, first!).incident).status, "resolved")
      assert.strictEqual((yield* looking(scene, second!).incident).title, "four")
    }))

  it.effect("resolves the open incident and opens the next one in one batch", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("flapping")
      const service = scene.service("Booking").id
      const first = yield* trigger(scene)
      const [resolved, next] = yield* (yield* Alerts).accept(scene.tenantId, [
        arrival(service, { action: "resolve" }),
        arrival(service)
      ])
      assert.strictEqual(resolved, first)
      const statuses = yield* Effect.forEach([first, next!], (id) => looking(scene, id).incident)
      assert.deepStrictEqual(statuses.map(({ number, status }) => [number, status]), [[1, "resolved"], [
        2,
        "triggered"
      ]])
    }))

  it.effect("acknowledges and resolves the open incident, and opens another after that", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("states")
      const first = yield* trigger(scene)
      const { incident, timeline } = looking(scene, first)
      assert.strictEqual(yield* send(scene, { action: "acknowledge", summary: "Looking" }), first)
      const acknowledged = yield* incident
      assert.deepStrictEqual([acknowledged.status, acknowledged.acknowledgedBy?.name], ["acknowledged", "Door"])
      assert.strictEqual(acknowledged.escalation?.state, "stopped")
      assert.isNull(acknowledged.escalation?.nextStepAt)

      assert.strictEqual(yield* send(scene, { summary: "Disk fuller" }), first)
      assert.strictEqual((yield* incident).status, "acknowledged")

      assert.strictEqual(yield* send(scene, { action: "resolve", summary: "Disk fine" }), first)
      const resolved = yield* incident
      assert.deepStrictEqual([resolved.status, resolved.resolvedBy?.name, resolved.alertCount], ["resolved", "Door", 2])
      assert.lengthOf((yield* scene.as((yield* Incidents).alerts(first, { limit: 10 }))).items, 4)
      assert.deepStrictEqual((yield* timeline).map(({ kind }) => kind), ["triggered", "acknowledged", "resolved"])

      const next = yield* trigger(scene)
      assert.notStrictEqual(next, first)
      assert.strictEqual((yield* looking(scene, next).incident).number, 2)
    }))

  it.effect("drops what acts on an incident that is not open", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("dropped")
      assert.isNull(yield* send(scene, { action: "resolve" }))
      assert.isNull(yield* send(scene, { action: "acknowledge" }))
      const { items } = yield* scene.as((yield* Incidents).search({ limit: 10 }))
      assert.deepStrictEqual(items, [])
    }))

  it.effect("raises the priority with a more urgent alert and never lowers it", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("priority")
      const id = yield* trigger(scene, { priority: "low" })
      yield* send(scene, { priority: "critical" })
      yield* send(scene, { priority: "info" })
      assert.strictEqual((yield* looking(scene, id).incident).priority, "critical")
    }))

  it.effect("answers nobody with success when the transaction fails, and goes on after that", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("failing")
      const owner = yield* OwnerSql
      yield* owner`ALTER TABLE timeline_entry RENAME TO timeline_elsewhere`
      const exits = yield* Effect.all(
        Array.from({ length: 50 }, (_, index) => Effect.exit(send(scene, { dedupKey: `${index % 7}` }))),
        { concurrency: "unbounded" }
      ).pipe(Effect.ensuring(Effect.orDie(owner`ALTER TABLE timeline_elsewhere RENAME TO timeline_entry`)))
      assert.deepStrictEqual([...new Set(exits.map(({ _tag }) => _tag))], ["Failure"])
      const incidents = yield* Incidents
      assert.deepStrictEqual((yield* scene.as(incidents.search({ limit: 10 }))).items, [])

      const id = yield* trigger(scene)
      assert.strictEqual((yield* looking(scene, id).incident).number, 1)
    }))

  it.effect("keeps events in the trace of the request that brought their alert, whatever it was committed with", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("traced")
      const owner = yield* OwnerSql
      const traceIds = Array.from({ length: 40 }, (_, index) => `${index + 10}`.repeat(16))
      const ids = yield* Effect.forEach(
        traceIds,
        (traceId, index) => send(scene, { dedupKey: `${index}` }).pipe(inTrace(`00-${traceId}-b7ad6b7169203331-01`)),
        { concurrency: "unbounded" }
      )
      const rows = yield* owner<{ readonly subject: string; readonly trace: string; readonly transaction: string }>`
        SELECT subject, split_part(traceparent, '-', 2) AS trace, transaction::text FROM outbox_event
        WHERE tenant_id = ${scene.tenantId} AND type = 'incident.triggered'`
      assert.isBelow(new Set(rows.map(({ transaction }) => transaction)).size, 40, "Some were committed together")
      const traceOf = new Map(rows.map(({ subject, trace }) => [subject, trace]))
      assert.deepStrictEqual(ids.map((id) => traceOf.get(id!)), traceIds)
    }))

  it.effect("lets an alert for a service that is gone take no other alert with it", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("gone")
      const { accept } = yield* Alerts
      const gone = ServiceId.make(SecureRandom.uuidV7Unsafe())
      const here = scene.service("Booking").id
      const exits = yield* Effect.forEach(
        [here, here, gone, here],
        (service, index) => Effect.exit(accept(scene.tenantId, [arrival(service, { dedupKey: `${index}` })])),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(exits.map(({ _tag }) => _tag), ["Success", "Success", "Failure", "Success"])
      const { items } = yield* scene.as((yield* Incidents).search({ limit: 10 }))
      assert.deepStrictEqual(items.map(({ dedupKey, number }) => [number, dedupKey]), [[3, "3"], [2, "1"], [1, "0"]])
    }))

  it.effect("commits the alerts of one request together, or none of them", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("together")
      const { accept } = yield* Alerts
      const here = scene.service("Booking").id
      const three = ["a", "b", "a"].map((dedupKey) => arrival(here, { dedupKey }))
      const gone = arrival(ServiceId.make(SecureRandom.uuidV7Unsafe()), { dedupKey: "gone" })
      const [whole, half, none] = yield* Effect.all([
        accept(scene.tenantId, three),
        Effect.exit(accept(scene.tenantId, [arrival(here, { dedupKey: "c" }), gone])),
        accept(scene.tenantId, [])
      ], { concurrency: "unbounded" })
      assert.strictEqual(new Set(whole).size, 2)
      assert.deepStrictEqual([whole[0], half._tag, none], [whole[2], "Failure", []])
      const { items } = yield* scene.as((yield* Incidents).search({ limit: 10 }))
      assert.deepStrictEqual(items.map(({ dedupKey }) => dedupKey).toSorted(), ["a", "b"])
    }))

  it.effect("keeps one open incident per service and key while two servers take alerts", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("two-servers")
      const here = yield* Alerts
      const there = Context.get(yield* Layer.build(Layer.fresh(useCasesLayer)), Alerts)
      assert.notStrictEqual(here, there)
      const service = scene.service("Booking").id
      const actions = ["trigger", "trigger", "resolve"] as const
      yield* Effect.forEach(
        Array.from({ length: 300 }, (_, index) => index),
        (index) =>
          (index % 2 === 0 ? here : there).accept(scene.tenantId, [
            arrival(service, { dedupKey: `${index % 5}`, action: actions[index % 3]! })
          ]),
        { concurrency: "unbounded", discard: true }
      )
      const { items } = yield* scene.as((yield* Incidents).search({ limit: 500 }))
      assert.deepStrictEqual(items.map(({ number }) => number), items.map((_, index) => items.length - index))
      const open = items.filter(({ status }) => status !== "resolved").map(({ dedupKey }) => dedupKey)
      assert.strictEqual(new Set(open).size, open.length)
    }))

  it.effect("lets an integration end what it opened when its alerts lead to another service by now", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("rerouted", { services: servicesNamed("Booking", "Payments") })
      const integrations = yield* scene.as((yield* Integrations).list(false))
      const from = (
        integrationId: IntegrationId | null,
        parts: Parameters<typeof arrival>[1] = {},
        name = "Payments"
      ) =>
        Effect.map(
          Effect.flatMap(Alerts, (alerts) =>
            alerts.accept(scene.tenantId, [{ ...arrival(scene.service(name).id, parts), integrationId }])),
          ([id]) =>
            id ?? null
        )
      const door = integrations[0]!.id
      const named = { dedupKey: "named", routingKey: "booking" }
      const [unnamed, booking] = [yield* from(door, {}, "Booking"), yield* from(door, named, "Booking")]
      assert.isNull(yield* from(null, { action: "resolve" }))
      assert.strictEqual(yield* from(door), unnamed)
      assert.strictEqual(yield* from(door, { action: "acknowledge" }), unnamed)
      assert.strictEqual(yield* from(door, { action: "resolve" }), unnamed)
      const { alertCount, serviceName, status } = yield* looking(scene, unnamed!).incident
      assert.deepStrictEqual([serviceName, status, alertCount], ["Booking", "resolved", 2])
      const next = yield* from(door)
      assert.strictEqual((yield* looking(scene, next!).incident).serviceName, "Payments")

      // What names another service is about that one.
      const other = yield* from(door, { ...named, routingKey: "payments" })
      assert.notStrictEqual(other, booking)
      assert.strictEqual(yield* from(door, { ...named, action: "resolve" }), booking)
      assert.strictEqual((yield* looking(scene, other!).incident).status, "triggered")
    }))

  it.effect("does not wait for what others write about an incident", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const scene = yield* makeScene("beside")
      const id = yield* trigger(scene)
      const joined = yield* owner.withTransaction(
        Effect.andThen(
          owner`
            INSERT INTO timeline_entry (tenant_id, id, incident_id, kind, actor, text)
            SELECT tenant_id, gen_random_uuid(), incident_id, kind, actor, text FROM timeline_entry
            WHERE incident_id = ${id} LIMIT 1`,
          TestClock.withLive(Effect.timeoutOption(send(scene), "5 seconds"))
        )
      )
      assert.deepStrictEqual(joined, Option.some(id))
    }))

  it.effect("keeps tenants apart that send the same key", () =>
    Effect.gen(function*() {
      const [meridian, other] = [yield* makeScene("apart"), yield* makeScene("apart-too")]
      const ids = [yield* trigger(meridian), yield* trigger(other)]
      assert.notStrictEqual(ids[0], ids[1])
      assert.strictEqual((yield* Effect.flip(looking(other, ids[0]!).incident))._tag, "NotFound")
      assert.strictEqual((yield* looking(other, ids[1]!).incident).number, 1)
    }))
})
