import { assert, layer } from "@effect/vitest"
import { OwnerSql, withTenant } from "@innkeeper/database"
import { Outbox } from "@innkeeper/runtime"
import { Effect, Fiber, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { Channels } from "../notification/Channels.ts"
import {
  delivered,
  eventually,
  looking,
  makeExpiring,
  makeScene,
  oncallLayer,
  pagingWith,
  pass,
  type Scene,
  servicesLayer,
  trigger
} from "../testing.fixture.ts"
import { ExpireAcknowledgement } from "./AcknowledgementWorkflow.ts"
import { ArrivalConsumerLive } from "./ArrivalConsumer.ts"
import { Pager } from "./Pager.ts"

/** The tenant's rows are all there. */
const arrived = Effect.fnUntraced(function*(scene: Scene, type = "tenant.moved") {
  yield* scene.as(
    withTenant((yield* Outbox).publishAll([
      { type, subject: scene.tenantId, payload: null }
    ])).pipe(Effect.provideService(SqlClient.SqlClient, yield* SqlClient.SqlClient))
  )
})

layer(oncallLayer, { timeout: "60 seconds" })("a tenant that has come from another server", (it) => {
  it.effect("is paged on in time, and gets the pages that waited, though nothing of it is in this cluster", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const scene = yield* makeScene("arrived")
      const id = yield* trigger(scene)
      yield* delivered(scene, id, 1)
      // As its rows would come: without alarms and messages, one page not out yet.
      yield* owner`DELETE FROM cluster_replies`
      yield* owner`DELETE FROM cluster_messages`
      const [page] = yield* owner<{ id: string }>`
        UPDATE notification SET status = 'pending', sent_at = NULL WHERE incident_id = ${id} RETURNING id`
      yield* arrived(scene)
      const { pages } = looking(scene, id)
      yield* eventually(pages, (all) => all.some((one) => one.id === page!.id && one.status === "sent"))
      // All of it before the self-audit would take an overdue step, a minute later.
      yield* pass("61 seconds", "1 second")
      const paged = yield* eventually(pages, ({ length }) => length === 2, "10 millis")
      assert.deepStrictEqual(paged.map(({ userName }) => userName), ["Ada", "Ben"])
    }))

  it.effect("is paged again when an acknowledgement ends that was given there", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const { id, scene } = yield* makeExpiring("acknowledged")
      yield* owner`UPDATE incident SET status = 'acknowledged', acknowledged_at = now() WHERE id = ${id}`
      yield* owner`UPDATE escalation_run SET state = 'stopped', next_step_at = NULL WHERE incident_id = ${id}`
      yield* arrived(scene)
      const { incident, timeline } = looking(scene, id)
      yield* pass("80 seconds", "1 second")
      yield* eventually(incident, ({ escalation }) => escalation?.run === 2, "1 second")
      assert.lengthOf((yield* timeline).filter(({ kind }) => kind === "acknowledgement-expired"), 1)
    }))

  for (const type of ["tenant.restored", "tenant.resumed"]) {
    it.effect(`is paged again when an acknowledgement ends, or has ended while its rows were away, at ${type}`, () =>
      Effect.gen(function*() {
        const owner = yield* OwnerSql
        const { id, scene } = yield* makeExpiring(type.replace(".", "-"))
        // The run of the cluster that had it in hand ended without finding it.
        const run = { tenantId: scene.tenantId, incidentId: id, run: 1 }
        yield* owner`UPDATE incident SET status = 'resolved' WHERE id = ${id}`
        const waiting = yield* Effect.forkChild(ExpireAcknowledgement.execute({ ...run, seconds: 0 }))
        yield* pass("5 seconds", "1 second")
        yield* Fiber.join(waiting)
        yield* owner`
          UPDATE incident SET status = 'acknowledged', acknowledged_at = now() - interval '2 minutes' WHERE id = ${id}`
        yield* owner`UPDATE escalation_run SET state = 'stopped', next_step_at = NULL WHERE incident_id = ${id}`
        yield* arrived(scene, type)
        const { incident, timeline } = looking(scene, id)
        yield* eventually(incident, ({ escalation }) => escalation?.run === 2, "1 second")

        yield* owner`UPDATE incident SET status = 'acknowledged', acknowledged_at = now() WHERE id = ${id}`
        yield* owner`UPDATE escalation_run SET state = 'stopped', next_step_at = NULL WHERE incident_id = ${id}`
        yield* arrived(scene, type)
        yield* pass("80 seconds", "1 second")
        yield* eventually(incident, ({ escalation }) => escalation?.run === 3, "1 second")
        assert.lengthOf((yield* timeline).filter(({ kind }) => kind === "acknowledgement-expired"), 2)
      }))
  }
})

const channels = Layer.succeed(Channels, Channels.of({ send: () => Effect.succeed("taken") }))
const arriving = ArrivalConsumerLive.pipe(Layer.provide(Pager.layer), Layer.provideMerge(pagingWith(channels)))

layer(Layer.provideMerge(arriving, servicesLayer))("a tenant whose step came due as it arrived", (it) => {
  it.effect("is paged on when whoever takes what is due has looked before", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const scene = yield* makeScene("between")
      const id = yield* trigger(scene)
      yield* delivered(scene, id, 1)
      yield* owner`DELETE FROM cluster_messages WHERE entity_type = 'oncall/Escalation'`
      yield* owner`UPDATE escalation_run SET next_step_at = now() - interval '1 second' WHERE incident_id = ${id}`
      yield* arrived(scene)
      yield* delivered(scene, id, 2)
    }))
})
