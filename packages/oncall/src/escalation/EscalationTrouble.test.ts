import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { TenantArchive } from "@innkeeper/platform"
import { OutboxSession } from "@innkeeper/runtime"
import { runWithClock, SmtpSink } from "@innkeeper/testkit"
import { Array, Effect, Layer, Option } from "effect"
import type { IncidentId } from "../incident/Incident.ts"
import { Incidents } from "../incident/Incidents.ts"
import { Channels } from "../notification/Channels.ts"
import { findDeliveries } from "../notification/DeliveryStore.ts"
import { makeRecord } from "../notification/record.ts"
import {
  delivered,
  eventually,
  looking,
  makeExpiring,
  makeScene,
  oncallLayer,
  pagingWith,
  pass,
  servicesLayer,
  trigger
} from "../testing.fixture.ts"

/** Runs `effect` while nothing can be written to a table or read from it. */
const without = (table: string) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const owner = yield* OwnerSql
    return yield* Effect.acquireUseRelease(
      Effect.orDie(owner`ALTER TABLE ${owner(table)} RENAME TO elsewhere`),
      () => effect,
      () => Effect.orDie(owner`ALTER TABLE elsewhere RENAME TO ${owner(table)}`)
    )
  })

/** The incidents whose pages a provider was given that takes its time to answer. */
const taken: Array<IncidentId> = []
const slow = Layer.succeed(
  Channels,
  Channels.of({
    send: (_, { incidentId }) =>
      Effect.andThen(Effect.sync(() => taken.push(incidentId)), Effect.as(Effect.sleep("20 seconds"), "taken"))
  })
)

layer(oncallLayer)("Escalation of an incident whose plan cannot be read", (it) => {
  it.effect("waits for a person, and holds up no other incident", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const scene = yield* makeScene("unreadable")
      const elsewhere = yield* makeScene("readable")
      const { other, unreadable } = yield* Effect.gen(function*() {
        const [unreadable, other] = [
          yield* trigger(scene, { dedupKey: "unreadable" }),
          yield* trigger(scene, { dedupKey: "other" })
        ]
        yield* owner`UPDATE escalation_run SET plan = '{}' WHERE incident_id = ${unreadable}`
        return { other, unreadable }
      }).pipe(without("notification"))
      yield* delivered(scene, other, 1)
      yield* delivered(elsewhere, yield* trigger(elsewhere), 1)
      assert.lengthOf(yield* looking(scene, unreadable).pages, 0)
    }))

  it.effect("is none where a person comes before as many levels as a policy may have", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("most-levels", {
        escalationPolicies: [{
          name: "Default",
          steps: Array.makeBy(20, () => ({ targets: [{ user: "ada@example.com" }], timeoutSeconds: 60 }))
        }]
      })
      const id = yield* trigger(scene)
      yield* delivered(scene, id, 1)
      yield* scene.as((yield* Incidents).reassign(id, scene.actor("Ada"), { kind: "user", id: scene.person("Ben").id }))
      yield* delivered(scene, id, 2)
      assert.deepStrictEqual((yield* looking(scene, id).pages).map(({ userName }) => userName), ["Ada", "Ben"])
    }))
})

layer(oncallLayer)("Escalation while the database is in trouble", (it) => {
  it.effect("pages when a step could not be written at first", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("step")
      const id = yield* trigger(scene)
      yield* pass("10 seconds", "50 millis").pipe(without("notification"))
      yield* delivered(scene, id, 2)
      assert.deepStrictEqual((yield* looking(scene, id).pages).map(({ userName }) => userName), ["Ada", "Ben"])
    }))

  it.effect("says that nobody answered when that could not be written at first", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("end", {
        escalationPolicies: [{
          name: "Default",
          steps: [{ targets: [{ user: "ada@example.com" }], timeoutSeconds: 60 }]
        }]
      })
      const id = yield* trigger(scene)
      yield* delivered(scene, id, 1)
      yield* pass("80 seconds", "500 millis").pipe(without("timeline_entry"))
      const { incident, timeline } = looking(scene, id)
      yield* eventually(incident, ({ escalation }) => escalation?.state === "exhausted", "1 second")
      assert.lengthOf((yield* timeline).filter(({ kind }) => kind === "exhausted"), 1)
    }))

  it.effect("expires an acknowledgement that could not be expired at first", () =>
    Effect.gen(function*() {
      const { id, scene } = yield* makeExpiring("expiry")
      yield* scene.as((yield* Incidents).acknowledge(id, scene.actor("Ada")))
      yield* pass("80 seconds", "500 millis").pipe(without("timeline_entry"))
      const { incident, timeline } = looking(scene, id)
      yield* eventually(incident, ({ escalation }) => escalation?.run === 2, "1 second")
      assert.lengthOf((yield* timeline).filter(({ kind }) => kind === "acknowledgement-expired"), 1)
    }))

  it.effect("sends a page once when its outcome could not be written at first", () =>
    Effect.gen(function*() {
      const { mails } = yield* SmtpSink
      const scene = yield* makeScene("outcome")
      // A page of the test before may still be on its way.
      const sent = Effect.map(
        mails,
        (all) => all.filter(({ content }) => content.subject?.includes("unwritten")).length
      )
      const id = yield* trigger(scene, { summary: "An outcome unwritten" })
      const { pages } = looking(scene, id)
      const owner = yield* OwnerSql
      yield* owner`
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$`
      yield* owner`CREATE TRIGGER refuse BEFORE UPDATE ON notification EXECUTE FUNCTION refuse()`
      yield* eventually(sent, (count) => count > 0)
      yield* pass("10 seconds", "50 millis")
      yield* owner`DROP TRIGGER refuse ON notification`
      const [page] = yield* eventually(pages, ([first]) => first?.status === "sent")
      assert.lengthOf(page!.attempts, 1)
      assert.strictEqual(yield* sent, 1)
    }))

  it.effect("records nothing of a page that was being sent when its tenant's rows were deleted", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("deleted")
      const id = yield* trigger(scene)
      const [page] = yield* delivered(scene, id, 1)
      const [delivery] = yield* (yield* OutboxSession).onSession(
        findDeliveries([{ tenantId: scene.tenantId, id: page!.id }])
      )
      const record = yield* makeRecord
      yield* (yield* TenantArchive).remove(scene.tenantId)
      const outcome = {
        delivery: delivery!,
        traceparent: null,
        attempt: { number: 2, at: "2026-01-05T08:00:00.000Z", milliseconds: 1, outcome: "sent", answer: "" },
        status: "sent"
      } as const
      const recorded = yield* runWithClock(
        Effect.timeoutOption(record(scene.tenantId, outcome), "1 minute"),
        "1 second"
      )
      assert.isTrue(Option.isSome(recorded))
    }))

  it.effect("sends a page that could not be read at first", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("read")
      const id = yield* Effect.gen(function*() {
        const id = yield* trigger(scene)
        const { pages } = looking(scene, id)
        yield* eventually(pages, (all) => all.length > 0)
        yield* pass("10 seconds", "50 millis")
        assert.deepStrictEqual((yield* pages).map(({ attempts, status }) => [attempts.length, status]), [[
          0,
          "pending"
        ]])
        return id
      }).pipe(without("tenant"))
      yield* delivered(scene, id, 1)
    }))
})

layer(Layer.provideMerge(pagingWith(slow), servicesLayer))("A page that cannot be read at first", (it) => {
  it.effect("leaves alone what is being sent to the same address", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("slow", {
        escalationPolicies: [{
          name: "Default",
          steps: [{ targets: [{ user: "ada@example.com" }], timeoutSeconds: 3600 }]
        }]
      })
      const first = yield* trigger(scene, { dedupKey: "first" })
      yield* eventually(Effect.sync(() => taken.length), (count) => count === 1)
      const second = yield* Effect.gen(function*() {
        const id = yield* trigger(scene, { dedupKey: "second" })
        yield* eventually(looking(scene, id).pages, (all) => all.length > 0)
        yield* pass("15 seconds", "50 millis")
        return id
      }).pipe(without("tenant"))
      for (const id of [first, second]) yield* delivered(scene, id, 1)
      assert.deepStrictEqual(taken.filter((id) => id === first), [first])
    }))
})
