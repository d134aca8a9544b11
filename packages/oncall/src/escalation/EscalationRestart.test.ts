import { assert, layer } from "@effect/vitest"
import { runWithClock, SmtpSink } from "@innkeeper/testkit"
import { Clock, Effect, Layer } from "effect"
import { Incidents } from "../incident/Incidents.ts"
import { tenantTransaction } from "../tenantTransaction.ts"
import {
  delivered,
  eventually,
  looking,
  makeScene,
  pass,
  servicesLayer,
  trigger,
  workersLayer
} from "../testing.fixture.ts"
import { makeTakeSteps } from "./takeSteps.ts"

/** Runs `effect` while a server works; it is shut down at the end. */
const whileWorking = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.scoped(Effect.andThen(Layer.build(Layer.fresh(workersLayer)), effect))

layer(servicesLayer)("Escalation over restarts", (it) => {
  it.effect("pages on time after a restart in the middle of a wait, and nobody twice", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("restarted")
      const id = yield* trigger(scene)
      const { incident, pages, timeline } = looking(scene, id)
      yield* whileWorking(delivered(scene, id, 1))
      const due = (yield* incident).escalation!.nextStepAt!.epochMilliseconds
      yield* pass("20 seconds", "1 second")
      yield* whileWorking(pass("20 seconds", "1 second"))
      assert.deepStrictEqual((yield* pages).map(({ userName }) => userName), ["Ada"])

      yield* whileWorking(Effect.gen(function*() {
        yield* delivered(scene, id, 2)
        const late = (yield* Clock.currentTimeMillis) - due
        assert.isAtLeast(late, 0)
        assert.isBelow(late, 15_000)
        yield* eventually(incident, ({ escalation }) => escalation?.state === "exhausted", "1 second")
      }))
      assert.deepStrictEqual((yield* pages).map(({ userName }) => userName), ["Ada", "Ben"])
      assert.deepStrictEqual((yield* timeline).filter(({ kind }) => kind === "paged").map(({ text }) => text), [
        "Level 1: paging Ada (email)",
        "Level 2: paging Ben (email)"
      ])
      assert.lengthOf(yield* (yield* SmtpSink).mails, 2)
    }))

  it.effect("catches up with alerts, time-outs and acknowledgements that came while nobody worked", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("caught-up")
      const waiting = yield* trigger(scene, { dedupKey: "waiting" })
      const answered = yield* trigger(scene, { dedupKey: "answered" })
      yield* whileWorking(Effect.andThen(delivered(scene, waiting, 1), delivered(scene, answered, 1)))

      yield* scene.as((yield* Incidents).acknowledge(answered, scene.actor("Ada")))
      const late = yield* trigger(scene, { dedupKey: "late" })
      yield* pass("90 seconds", "5 seconds")

      yield* whileWorking(Effect.andThen(delivered(scene, waiting, 2), delivered(scene, late, 1)))
      yield* whileWorking(
        eventually(looking(scene, late).incident, ({ escalation }) => escalation?.state === "exhausted", "1 second")
      )
      assert.deepStrictEqual((yield* looking(scene, answered).pages).map(({ userName }) => userName), ["Ada"])
    }))

  it.effect("delivers the pages of a step that was taken by a server which was killed before it handed them over", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("half-done")
      const id = yield* trigger(scene)
      const { incident, pages } = looking(scene, id)
      yield* whileWorking(delivered(scene, id, 1))
      yield* pass("90 seconds", "5 seconds")
      const takeSteps = yield* makeTakeSteps
      yield* (yield* tenantTransaction)(
        scene.tenantId,
        takeSteps([{ incidentId: id, run: 1, stage: 1, traceparent: null }])
      )
      assert.deepStrictEqual((yield* pages).map(({ status }) => status), ["sent", "pending"])

      yield* whileWorking(Effect.gen(function*() {
        yield* delivered(scene, id, 2)
        yield* eventually(incident, ({ escalation }) => escalation?.state === "exhausted", "1 second")
      }))
    }))

  it.effect("goes on trying to deliver a page after a restart", () =>
    Effect.gen(function*() {
      const { behave, mails } = yield* SmtpSink
      yield* behave({ _tag: "Reject", code: 451, at: "message" })
      const scene = yield* makeScene("retried")
      const id = yield* trigger(scene)
      const { pages } = looking(scene, id)
      // A server that stops gives a delivery under way some seconds to end, so time has to go on meanwhile.
      yield* runWithClock(
        whileWorking(eventually(pages, ([page]) => (page?.attempts.length ?? 0) >= 1)),
        "20 millis"
      )
      yield* behave({ _tag: "Accept" })
      const [page] = yield* whileWorking(eventually(pages, ([first]) => first?.status === "sent"))
      assert.strictEqual(page!.attempts[0]!.outcome, "temporary-failure")
      assert.lengthOf((yield* mails).filter(({ content }) => content.text?.includes(id)), 1)
    }))
})
