import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { Users } from "@innkeeper/platform"
import { clusterLayer } from "@innkeeper/runtime"
import { runWithClock, SmtpSink } from "@innkeeper/testkit"
import { Effect, Fiber, Layer, Logger, Metric } from "effect"
import type { IncidentId } from "../incident/Incident.ts"
import { Incidents } from "../incident/Incidents.ts"
import { tenantTransaction } from "../tenantTransaction.ts"
import {
  delivered,
  eventually,
  looking,
  makeScene,
  pass,
  publicUrl,
  type Scene,
  servicesLayer,
  trigger,
  triggerMany,
  workersLayer
} from "../testing.fixture.ts"
import { Pager } from "./Pager.ts"
import { SelfAudit } from "./SelfAudit.ts"
import { makeTakeSteps } from "./takeSteps.ts"

const addAdmin = (scene: Scene, email: string) =>
  scene.as(
    Effect.flatMap(Users, (users) =>
      users.create({ email, name: "Operator", role: "observer", timeZone: "UTC", platformAdmin: true }))
  )

/** The gauge of incidents without a future step, by reason. */
const gauge = Effect.map(
  Metric.snapshot,
  (all) =>
    Object.fromEntries(all.flatMap((metric) =>
      metric.id === "oncall_unattended_incidents" && metric.type === "Gauge"
        ? [[metric.attributes?.["reason"] ?? "", Number(metric.state.value)]]
        : []
    ))
)

/** Runs a check and tells what it found, logged as an error and mailed. */
const check = Effect.gen(function*() {
  const { mails } = yield* SmtpSink
  const before = (yield* mails).length
  const errors: Array<unknown> = []
  const collector = Logger.make<unknown, void>(({ logLevel, message }) => {
    if (logLevel === "Error") errors.push(message)
  })
  const found = yield* Effect.flatMap(SelfAudit, (audit) => audit.check).pipe(
    Effect.provideService(Logger.CurrentLoggers, new Set([collector]))
  )
  return { found, errors, mails: (yield* mails).slice(before), gauge: yield* gauge }
})

const endWithout = {
  exhausted: (id: IncidentId) =>
    Effect.flatMap(
      OwnerSql,
      (owner) => owner`UPDATE escalation_run SET state = 'exhausted', next_step_at = NULL WHERE incident_id = ${id}`
    ),
  lost: (id: IncidentId) =>
    Effect.flatMap(OwnerSql, (owner) => owner`DELETE FROM escalation_run WHERE incident_id = ${id}`)
}

/** Makes the step of every run overdue by five minutes of the database's time, in which its tenant was served. */
const makeOverdue = Effect.flatMap(
  OwnerSql,
  (owner) =>
    Effect.andThen(
      owner`UPDATE tenant SET updated_at = now() - interval '5 minutes'`,
      owner`UPDATE escalation_run SET next_step_at = now() - interval '5 minutes' WHERE state = 'running'`
    )
)

const auditLayer = SelfAudit.layer({ publicUrl }).pipe(
  Layer.provide(Pager.layer),
  Layer.provide(clusterLayer({ kind: "embedded" }))
)

layer(Layer.provideMerge(auditLayer, servicesLayer))("Self-audit", (it) => {
  it.effect("is silent about incidents that somebody will be paged for, or has answered", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("healthy")
      yield* addAdmin(scene, "operator@example.com")
      const { acknowledge, resolve } = yield* Incidents
      yield* trigger(scene, { dedupKey: "triggered" })
      const acknowledged = yield* trigger(scene, { dedupKey: "acknowledged" })
      const resolved = yield* trigger(scene, { dedupKey: "resolved" })
      yield* scene.as(acknowledge(acknowledged, scene.actor("Ada")))
      yield* scene.as(resolve(resolved, scene.actor("Ada")))
      for (const id of [acknowledged, resolved]) yield* endWithout.lost(id)
      assert.deepStrictEqual(yield* check, {
        found: [],
        errors: [],
        mails: [],
        gauge: { exhausted: 0, overdue: 0, lost: 0 }
      })
    }))

  it.effect("alarms once for each incident without a future step, in the log, by metric and by mail to platform admins", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("unattended")
      const other = yield* makeScene("unattended-too")
      const exhausted = yield* trigger(scene, { summary: "Disk full" })
      const lost = yield* trigger(other, { summary: "Oven cold" })
      yield* endWithout.exhausted(exhausted)
      yield* endWithout.lost(lost)

      const first = yield* check
      assert.deepStrictEqual(first.found.map(({ incidentId, reason }) => [incidentId, reason]), [
        [exhausted, "exhausted"],
        [lost, "lost"]
      ])
      assert.deepStrictEqual(first.gauge, { exhausted: 1, overdue: 0, lost: 1 })
      assert.lengthOf(first.errors, 2)
      assert.deepStrictEqual(first.mails.map(({ to }) => to), [["operator@example.com"]])
      const { subject, text } = first.mails[0]!.content
      assert.strictEqual(subject, "Innkeeper: 2 open incidents that nobody is paged for")
      for (const part of ["Disk full", "Oven cold", `${publicUrl}/incidents/${lost}`]) assert.include(text, part)

      const second = yield* check
      assert.deepStrictEqual([second.found.length, second.errors, second.mails], [2, [], []])
      assert.deepStrictEqual(second.gauge, { exhausted: 1, overdue: 0, lost: 1 })

      const another = yield* trigger(scene, { dedupKey: "another" })
      yield* endWithout.exhausted(another)
      const third = yield* check
      assert.deepStrictEqual([third.errors.length, third.mails.length], [1, 1])
      assert.notInclude(third.mails[0]!.content.text, "Oven cold")

      const { acknowledge, reassign, resolve } = yield* Incidents
      yield* scene.as(resolve(exhausted, scene.actor("Ada")))
      yield* scene.as(acknowledge(another, scene.actor("Ada")))
      yield* other.as(reassign(lost, other.actor("Ada"), { kind: "user", id: other.person("Ben").id }))
      assert.deepStrictEqual((yield* check).gauge, { exhausted: 0, overdue: 0, lost: 0 })
    }))

  it.effect("mails the alarm when the mail server is back in a moment", () =>
    Effect.gen(function*() {
      const { attempts, behave, mails } = yield* SmtpSink
      const [before, tried] = [(yield* mails).length, yield* attempts]
      const scene = yield* makeScene("mail-later")
      yield* endWithout.lost(yield* trigger(scene))
      yield* behave({ _tag: "Reject", code: 451, at: "message" })
      const checking = yield* Effect.forkChild(check)
      yield* eventually(attempts, (count) => count > tried)
      yield* behave({ _tag: "Accept" })
      yield* runWithClock(Fiber.join(checking), "50 millis")
      assert.lengthOf((yield* mails).slice(before), 1)
    }))

  it.effect("mails what it could not mail before, with what was raised since, once and for a day", () =>
    Effect.gen(function*() {
      const { behave } = yield* SmtpSink
      const owner = yield* OwnerSql
      const scene = yield* makeScene("mail-much-later")
      const lose = (summary: string) =>
        Effect.tap(trigger(scene, { dedupKey: summary, summary }), (id) => endWithout.lost(id))
      const old = yield* lose("Too old")
      yield* lose("Disk full")
      yield* behave({ _tag: "Reject", code: 451, at: "message" })
      assert.deepStrictEqual((yield* runWithClock(check, "500 millis")).mails, [])
      yield* owner`UPDATE escalation_alarm SET raised_at = now() - interval '25 hours' WHERE incident_id = ${old}`
      yield* lose("Oven cold")
      yield* behave({ _tag: "Accept" })
      const { errors, mails } = yield* check
      assert.lengthOf(errors, 1)
      assert.deepStrictEqual(mails.map(({ content }) => content.subject), [
        "Innkeeper: 2 open incidents that nobody is paged for"
      ])
      for (const part of ["Disk full", "Oven cold"]) assert.include(mails[0]!.content.text, part)
      assert.deepStrictEqual((yield* check).mails, [])
    }))

  it.effect("mails one list of what may be read, however many they are", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("many")
      const ids = yield* triggerMany(scene, 60)
      yield* Effect.forEach(ids, endWithout.lost)
      const { errors, mails } = yield* check
      assert.lengthOf(errors, 60)
      const { subject, text = "" } = mails[0]!.content
      assert.strictEqual(subject, "Innkeeper: 60 open incidents that nobody is paged for")
      assert.lengthOf(text.match(/\/incidents\//g) ?? [], 50)
      assert.include(text, "And 10 more")
    }))

  it.effect("goes on when no mail can be sent", () =>
    Effect.gen(function*() {
      const { behave } = yield* SmtpSink
      const scene = yield* makeScene("no-mail")
      const id = yield* trigger(scene)
      yield* endWithout.lost(id)
      yield* behave({ _tag: "Reject", code: 550, at: "recipient" })
      const { errors, found } = yield* check
      assert.include(found.map(({ incidentId }) => incidentId), id)
      assert.lengthOf(errors, 2)
    }))

  it.effect("goes on when a step cannot be taken, and takes the others", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const scene = yield* makeScene("unreadable")
      yield* (yield* SmtpSink).behave({ _tag: "Accept" })
      const unreadable = yield* trigger(scene, { dedupKey: "unreadable" })
      const other = yield* trigger(scene, { dedupKey: "other" })
      yield* makeOverdue
      yield* owner`UPDATE escalation_run SET plan = '{}' WHERE incident_id = ${unreadable}`
      const checking = yield* Effect.forkChild(check)
      // Within the seconds of the test's clock for which the audit waits.
      yield* eventually(looking(scene, other).pages, ({ length }) => length === 1, "1 millis")
      const { found, mails } = yield* runWithClock(Fiber.join(checking), "1 second")
      assert.includeMembers(found.map(({ incidentId }) => incidentId), [unreadable, other])
      assert.lengthOf(yield* looking(scene, unreadable).pages, 0)
      assert.lengthOf(mails, 1)
    }))
})

layer(servicesLayer)("Self-audit of a server", (it) => {
  const whileWorking = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.scoped(Effect.andThen(Layer.build(Layer.fresh(workersLayer)), effect))

  it.effect("takes an overdue step when the engine lost its alarm, and pages nobody twice", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const scene = yield* makeScene("forgotten-alarm")
      yield* addAdmin(scene, "operator@forgotten.example.com")
      const { mails } = yield* SmtpSink
      const before = (yield* mails).length
      const subjects = Effect.map(mails, (all) => all.slice(before).map(({ content }) => content.subject))
      const id = yield* trigger(scene)
      yield* whileWorking(delivered(scene, id, 1))
      assert.isNotEmpty(
        yield* owner`DELETE FROM cluster_messages WHERE entity_type = 'oncall/Escalation' RETURNING id`
      )
      yield* makeOverdue

      yield* whileWorking(Effect.gen(function*() {
        yield* delivered(scene, id, 2)
        yield* eventually(
          looking(scene, id).incident,
          ({ escalation }) => escalation?.state === "exhausted",
          "1 second"
        )
        // It is told after the step was taken.
        yield* eventually(
          subjects,
          (all) => all.some((subject) => subject?.includes("that nobody is paged for")),
          "1 second"
        )
      }))
      const { pages, timeline } = looking(scene, id)
      assert.deepStrictEqual((yield* pages).map(({ userName }) => userName), ["Ada", "Ben"])
      assert.deepStrictEqual((yield* timeline).filter(({ kind }) => kind === "paged").map(({ text }) => text), [
        "Level 1: paging Ada (email)",
        "Level 2: paging Ben (email)"
      ])
      assert.lengthOf((yield* subjects).filter((subject) => subject?.includes("#1 Booking")), 2)
    }))

  it.effect("hands over a page that was written and that nobody tried to deliver, when its alarm is lost too", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const scene = yield* makeScene("untried")
      const id = yield* trigger(scene)
      yield* whileWorking(delivered(scene, id, 1))
      yield* owner`DELETE FROM cluster_messages WHERE entity_type = 'oncall/Escalation'`
      const takeSteps = yield* makeTakeSteps
      yield* (yield* tenantTransaction)(
        scene.tenantId,
        takeSteps([{ incidentId: id, run: 1, stage: 1, traceparent: null }])
      )
      yield* owner`UPDATE notification SET created_at = now() - interval '61 seconds' WHERE incident_id = ${id}`
      yield* owner`UPDATE tenant SET updated_at = now() - interval '61 seconds' WHERE id = ${scene.tenantId}`
      yield* whileWorking(Effect.gen(function*() {
        yield* pass("1 minute", "1 second")
        yield* delivered(scene, id, 2)
      }))
    }))
})
