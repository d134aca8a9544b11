import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { runWithClock, SmtpSink } from "@innkeeper/testkit"
import { Effect, Layer, Tracer } from "effect"
import { tenantTransaction } from "../tenantTransaction.ts"
import {
  delivered,
  looking,
  makeScene,
  oncallLayer,
  pass,
  servicesLayer,
  trigger,
  triggerMany
} from "../testing.fixture.ts"
import { Pager } from "./Pager.ts"
import { makeTakeSteps } from "./takeSteps.ts"

/** Alarms that are stored, and transactions that wrote pages of the second level. */
const stored = Effect.flatMap(OwnerSql, (owner) =>
  owner<{ readonly alarms: number; readonly transactions: number }>`
    SELECT (SELECT count(*)::int FROM cluster_messages WHERE entity_type = 'oncall/Escalation' AND kind = 0) AS alarms,
      (SELECT count(DISTINCT created_at)::int FROM notification WHERE stage = 1) AS transactions`)

layer(oncallLayer)("The alarms of escalations", (it) => {
  it.effect("have steps written together that are due together, and are few", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("together")
      const ids = yield* triggerMany(scene, 60)
      yield* Effect.forEach(ids, (id) => delivered(scene, id, 2))
      const [row] = yield* stored
      assert.isAtMost(row!.transactions, 20)
      assert.isAtMost(row!.alarms, 80)
    }))

  it.effect("take what a lost one was for", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("lost")
      const first = yield* trigger(scene, { dedupKey: "first" })
      yield* delivered(scene, first, 1)
      yield* (yield* OwnerSql)`DELETE FROM cluster_messages WHERE entity_type = 'oncall/Escalation'`
      yield* pass("70 seconds", "1 second")
      assert.lengthOf(yield* looking(scene, first).pages, 1)
      const second = yield* trigger(scene, { dedupKey: "second" })
      yield* delivered(scene, second, 2)
      yield* delivered(scene, first, 2)
      assert.deepStrictEqual((yield* looking(scene, first).pages).map(({ userName }) => userName), ["Ada", "Ben"])
    }))
})

layer(Layer.provideMerge(Pager.layer, oncallLayer))("A step that is taken again", (it) => {
  it.effect("writes no page a second time and does not put off the next step", () =>
    Effect.gen(function*() {
      const { escalate } = yield* Pager
      const scene = yield* makeScene("again")
      const incidentId = yield* trigger(scene)
      yield* delivered(scene, incidentId, 1)
      const { incident, pages } = looking(scene, incidentId)
      const due = (yield* incident).escalation?.nextStepAt
      yield* runWithClock(escalate({ tenantId: scene.tenantId, incidentId, run: 1 }, 0), "50 millis")
      assert.lengthOf(yield* pages, 1)
      assert.deepStrictEqual((yield* incident).escalation?.nextStepAt, due)
      assert.lengthOf(yield* (yield* SmtpSink).mails, 1)
    }))

  it.effect("is taken by one alarm, however many go off at once after nobody heard them", () =>
    Effect.gen(function*() {
      const { escalateDue } = yield* Pager
      const scene = yield* makeScene("unheard")
      const ids = yield* triggerMany(scene, 20)
      yield* Effect.forEach(ids, (id) => delivered(scene, id, 1))
      yield* (yield* OwnerSql)`DELETE FROM cluster_messages WHERE entity_type = 'oncall/Escalation'`
      yield* pass("70 seconds", "1 second")
      const names: Array<string> = []
      const tracer = Tracer.make({
        span: (options) => {
          names.push(options.name)
          return new Tracer.NativeSpan(options)
        }
      })
      const alarms = Effect.replicateEffect(escalateDue(scene.tenantId, 0), 20, {
        concurrency: "unbounded",
        discard: true
      })
      yield* runWithClock(Effect.provideService(alarms, Tracer.Tracer, tracer), "50 millis")
      yield* Effect.forEach(ids, (id) => delivered(scene, id, 2))
      assert.lengthOf(names.filter((name) => name === "Pager.step"), 20)
    }))
})

layer(servicesLayer)("Steps that are asked for more than once", (it) => {
  it.effect("are taken once, and the end of a policy is told once, when two ask at the same time", () =>
    Effect.gen(function*() {
      const inTenant = yield* tenantTransaction
      const takeSteps = yield* makeTakeSteps
      const scene = yield* makeScene("twice", {
        escalationPolicies: [{ name: "Default", steps: [{ targets: [{ schedule: "Nobody" }], timeoutSeconds: 60 }] }]
      })
      const incidentId = yield* trigger(scene)
      for (const stage of [0, 1]) {
        const step = { incidentId, run: 1, stage, traceparent: null }
        yield* inTenant(scene.tenantId, takeSteps([step, step]))
      }
      const lines = yield* looking(scene, incidentId).timeline
      assert.deepStrictEqual(lines.map(({ kind }) => kind), ["triggered", "step-skipped", "exhausted"])
    }))

  it.effect("lead to no others when their pages are handed over again after the end of the policy", () =>
    Effect.gen(function*() {
      const inTenant = yield* tenantTransaction
      const takeSteps = yield* makeTakeSteps
      const scene = yield* makeScene("over")
      const incidentId = yield* trigger(scene)
      const take = inTenant(scene.tenantId, takeSteps([{ incidentId, run: 1, stage: 0, traceparent: null }]))
      const [first] = yield* take
      yield* (yield* OwnerSql)`
        UPDATE escalation_run SET state = 'exhausted', next_step_at = NULL WHERE incident_id = ${incidentId}`
      assert.deepStrictEqual(yield* take, [{ pages: first!.pages, next: null }])
    }))
})
