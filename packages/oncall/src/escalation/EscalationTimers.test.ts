import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { runWithClock, SmtpSink } from "@innkeeper/testkit"
import { Effect, Layer } from "effect"
import { delivered, looking, makeScene, oncallLayer, trigger } from "../testing.fixture.ts"
import { Pager } from "./Pager.ts"

/** Timers that are stored, and transactions that wrote pages of the second level. */
const stored = Effect.flatMap(OwnerSql, (owner) =>
  owner<{ readonly timers: number; readonly transactions: number }>`
    SELECT (SELECT count(*)::int FROM cluster_messages WHERE entity_type = 'oncall/Escalation' AND kind = 0) AS timers,
      (SELECT count(DISTINCT created_at)::int FROM notification WHERE stage = 1) AS transactions`)

layer(oncallLayer)("The timers of escalations", (it) => {
  it.effect("have steps written together that are due together", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("together")
      const ids = yield* Effect.forEach(
        Array.from({ length: 60 }, (_, index) => `${index}`),
        (dedupKey) => trigger(scene, { dedupKey }),
        { concurrency: "unbounded" }
      )
      yield* Effect.forEach(ids, (id) => delivered(scene, id, 2))
      assert.isAtMost((yield* stored)[0]!.transactions, 20)
    }))
})

layer(Layer.provideMerge(Pager.layer, oncallLayer))("A step that is taken again", (it) => {
  it.effect("writes no page and sets no timer a second time", () =>
    Effect.gen(function*() {
      const { escalate } = yield* Pager
      const scene = yield* makeScene("again")
      const incidentId = yield* trigger(scene)
      yield* delivered(scene, incidentId, 1)
      yield* runWithClock(escalate({ tenantId: scene.tenantId, incidentId, run: 1 }, 0), "50 millis")
      assert.lengthOf(yield* looking(scene, incidentId).pages, 1)
      assert.strictEqual((yield* stored)[0]!.timers, 1)
      assert.lengthOf(yield* (yield* SmtpSink).mails, 1)
    }))
})
