import { assert, layer } from "@effect/vitest"
import { withPlatform } from "@innkeeper/database"
import { Clock, Effect, Latch, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { Alerts } from "../alert/Alerts.ts"
import type { IncidentId } from "../incident/Incident.ts"
import {
  arrival,
  eventually,
  looking,
  makeScene,
  pagingWith,
  type Scene,
  servicesLayer,
  trigger
} from "../testing.fixture.ts"
import { Channels, DeliveryFailed } from "./Channels.ts"
import { Notifier } from "./Notifier.ts"

/** A provider that answers while its gate is open, and the incidents of the pages that it was given, in order. */
const gate = Latch.makeUnsafe(true)
const given: Array<IncidentId | null> = []
const channels = Layer.succeed(
  Channels,
  Channels.of({
    send: (_, { incident: { title }, incidentId }) =>
      Effect.suspend(() => {
        given.push(incidentId)
        if (title.startsWith("Not now")) {
          return Effect.fail(new DeliveryFailed({ permanent: false, away: false, answer: "Not now" }))
        }
        return Effect.as(gate.await, title === "Odd answer" ? `queued as \0${"x".repeat(600)}\uD83D` : "taken")
      })
  })
)

const messages = (scene: Scene) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    withPlatform("test")(
      sql<{ readonly processed: boolean }>`
        SELECT processed FROM cluster_messages
        WHERE entity_type = 'oncall/Notifier' AND entity_id LIKE ${`${scene.tenantId}/%`}`
    ))

layer(Layer.provideMerge(pagingWith(channels), servicesLayer))("Notifier", (it) => {
  it.effect("hands pages that are written together over together, and delivers each once", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("storm")
      const { accept } = yield* Alerts
      const names = Array.from({ length: 60 }, (_, index) => `${index}`)
      const opened = yield* accept(
        scene.tenantId,
        names.map((dedupKey) => arrival(scene.service("Booking").id, { dedupKey }))
      )
      const isDone = (all: ReadonlyArray<{ readonly processed: boolean }>) =>
        all.length > 0 && all.every(({ processed }) => processed) && given.length >= names.length
      const stored = yield* eventually(messages(scene), isDone)
      assert.isBelow(stored.length, 10)
      const pagesOf = (id: IncidentId | null) => id === null ? Effect.succeed([]) : looking(scene, id).pages
      const pages = (yield* Effect.forEach(opened, pagesOf)).flat()
      assert.deepStrictEqual(
        pages.map(({ attempts, status }) => [attempts.length, status]),
        names.map(() => [1, "sent"])
      )
      assert.sameMembers([...given], [...opened])
    }))

  it.effect("records an answer that the database could not hold as it is", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("odd")
      const id = yield* trigger(scene, { summary: "Odd answer" })
      const [page] = yield* eventually(looking(scene, id).pages, ([first]) => first?.status === "sent")
      assert.strictEqual(page!.attempts[0]!.answer, `queued as ${"x".repeat(489)}`)
      assert.lengthOf(given.filter((each) => each === id), 1)
    }))

  it.effect("delivers a page once that two messages bring at the same time", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("twice")
      yield* gate.close
      const id = yield* trigger(scene)
      const { pages } = looking(scene, id)
      const count = Effect.sync(() => given.filter((each) => each === id).length)
      const [page] = yield* eventually(pages, ([page]) => page !== undefined && given.includes(id))
      const again = {
        tenantId: scene.tenantId,
        pages: [{ id: page!.id, traceparent: null }]
      }
      const [{ entityId }] = yield* entitiesOf(scene)
      const notifier = yield* Notifier.client
      yield* notifier(entityId).DeliverAll(again)
      assert.strictEqual(yield* count, 1)
      yield* gate.open
      yield* eventually(pages, ([first]) => first?.status === "sent")
      yield* notifier(entityId).DeliverAll(again)
      assert.strictEqual(yield* count, 1)
    }))

  it.effect("lets a page through while many others of the same contact method wait for their next attempt", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("waiting")
      const { accept } = yield* Alerts
      const opened = yield* accept(
        scene.tenantId,
        Array.from(
          { length: 50 },
          (_, index) => arrival(scene.service("Booking").id, { dedupKey: `${index}`, summary: `Not now ${index}` })
        )
      )
      const attempts = (id: IncidentId | null) => given.filter((each) => each === id).length
      yield* eventually(
        Effect.sync(() => opened.map(attempts)),
        (counts) => counts.every((count) => count >= 5),
        "1 second"
      )
      const began = yield* Clock.currentTimeMillis
      const { pages } = looking(scene, yield* trigger(scene))
      yield* eventually(pages, ([page]) => page?.status === "sent")
      assert.isBelow((yield* Clock.currentTimeMillis) - began, 5000)
    }))
})

/** The entities of a tenant's contact methods that were given pages. */
const entitiesOf = (scene: Scene) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(
      withPlatform("test")(
        sql<{ readonly entityId: string }>`
          SELECT DISTINCT entity_id AS "entityId" FROM cluster_messages
          WHERE entity_type = 'oncall/Notifier' AND entity_id LIKE ${`${scene.tenantId}/%`}`
      ),
      (rows) => [rows[0]!] as const
    ))
