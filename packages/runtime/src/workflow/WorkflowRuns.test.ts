import { assert, describe, it, layer } from "@effect/vitest"
import { makeTenant } from "@innkeeper/testkit"
import { Context, DateTime, Duration, Effect, Layer, Option, Redacted, Ref, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Activity, DurableClock, DurableDeferred, Workflow } from "effect/workflow"
import { retryId, tryOf } from "./readRun.ts"
import { redacted } from "./redact.ts"
import { runState } from "./RunState.ts"
import { sleep } from "./sleep.ts"
import { database, eventually, pod } from "./testing.fixture.ts"
import { RunSearch, type WorkflowRunDetail, WorkflowRunRef, type WorkflowStatus } from "./WorkflowRun.ts"
import { WorkflowRuns } from "./WorkflowRuns.ts"

class Refused extends Schema.TaggedError<Refused>()("Refused", { why: Schema.String, token: Schema.String }) {}

/** Whether what fails by `fate` fails at present. */
class Weather extends Context.Service<Weather, Ref.Ref<"bad" | "good">>()("test/Weather") {
  static readonly layer = Layer.effect(Weather, Ref.make<"bad" | "good">("bad"))
}

const GoOn = DurableDeferred.make("test/GoOn", {
  success: Schema.Struct({ by: Schema.String, password: Schema.String })
})

const Ship = Workflow.make("test/Ship", {
  payload: { orderId: Schema.String },
  idempotencyKey: ({ orderId }) => orderId
})

const Order = Workflow.make("test/Order", {
  payload: {
    tenantId: Schema.optionalKey(Schema.String),
    orderId: Schema.String,
    fate: Schema.Literals(["succeed", "fail", "die"]),
    card: Schema.RedactedFromValue(Schema.String)
  },
  success: Schema.Struct({ receipt: Schema.String, accessToken: Schema.String }),
  error: Refused,
  idempotencyKey: ({ orderId }) => orderId
})

const Progress = runState("progress", Schema.Struct({ percent: Schema.Int }))

const workflows = Layer.mergeAll(
  Ship.toLayer(() => Effect.asVoid(DurableDeferred.await(GoOn))),
  Order.toLayer(Effect.fnUntraced(function*({ card, fate, orderId }) {
    yield* Activity.make({
      name: "charge",
      error: Refused,
      success: Schema.Struct({ charged: Schema.Int, authToken: Schema.String }),
      execute: Effect.gen(function*() {
        if ((yield* Activity.CurrentAttempt) === 1) return yield* new Refused({ why: "once", token: "t0p" })
        return { charged: Redacted.value(card).length, authToken: "t0p" }
      })
    }).pipe(Activity.retry({ times: 2 }))
    yield* Progress.publish("charged", { percent: 50 })
    yield* DurableClock.sleep({ name: "cool off", duration: "10 millis", inMemoryThreshold: 0 })
    yield* sleep({ name: "breathe", duration: "10 millis" })
    yield* Ship.execute({ orderId })
    yield* Progress.publish("shipped", { percent: 90 })
    const weather = yield* Activity.make({
      name: "look at the sky",
      success: Schema.String,
      execute: Effect.flatMap(Weather, Ref.get)
    })
    if (weather === "bad" && fate === "fail") return yield* new Refused({ why: "the weather", token: "t0p" })
    if (weather === "bad" && fate === "die") return yield* Effect.die(new Error("Out of luck"))
    return { receipt: `receipt ${orderId}`, accessToken: "t0p" }
  }))
)

const Live = WorkflowRuns.layer.pipe(
  Layer.provideMerge(pod(workflows)),
  Layer.provideMerge(Layer.merge(Weather.layer, database))
)

const begin = (orderId: string, fate: "succeed" | "fail" | "die", tenantId?: string) =>
  Order.execute(
    { orderId, fate, card: Redacted.make("4000 1234"), ...(tenantId === undefined ? {} : { tenantId }) },
    { discard: true }
  )

const statusIs = Effect.fnUntraced(function*(id: string, status: WorkflowStatus) {
  const runs = yield* WorkflowRuns
  const seen = yield* eventually(
    Effect.option(runs.get(id)),
    (detail) => Option.isSome(detail) && detail.value.run.status === status
  )
  return Option.getOrThrow(seen)
})

const ship = Effect.fnUntraced(function*(orderId: string) {
  const executionId = yield* Ship.executionId({ orderId })
  yield* statusIs(executionId, "suspended")
  yield* DurableDeferred.succeed(GoOn, {
    token: DurableDeferred.tokenFromExecutionId(GoOn, { workflow: Ship, executionId }),
    value: { by: "ada", password: "t0p" }
  })
})

const story = ({ history }: WorkflowRunDetail) =>
  history.map((entry) =>
    entry._tag === "Activity"
      ? `${entry.name} ${entry.attempt} ${entry.outcome}`
      : entry._tag === "Child"
      ? `child ${entry.name} ${entry.status}`
      : entry._tag === "State"
      ? `${entry.name} ${JSON.stringify(entry.value)}`
      : entry._tag === "Cancel"
      ? "cancel"
      : `${entry._tag} ${entry.name}`
  )

const ids = (search: Partial<RunSearch>) =>
  Effect.gen(function*() {
    const runs = yield* WorkflowRuns
    const page = yield* runs.search(new RunSearch({ limit: 50, ...search }))
    return page.runs.map(({ id }) => id)
  })

layer(Live, { excludeTestServices: true, timeout: "60 seconds" })("runs of workflows", (it) => {
  it.effect("shows a run from its start to its end, and no secret of it", () =>
    Effect.gen(function*() {
      const runs = yield* WorkflowRuns
      const acme = yield* makeTenant("runs-acme")
      const before = DateTime.addDuration(yield* DateTime.now, Duration.millis(-1))
      const id = yield* begin("seen", "succeed", acme)
      const child = yield* Ship.executionId({ orderId: "seen" })
      yield* statusIs(child, "suspended")
      const waiting = yield* statusIs(id, "suspended")
      assert.isNull(waiting.run.finishedAt)
      assert.deepStrictEqual(waiting.run.input, {
        tenantId: acme,
        orderId: "seen",
        fate: "succeed",
        card: redacted
      })
      yield* ship("seen")

      const done = yield* statusIs(id, "succeeded")
      assert.deepStrictEqual(done.run.output, { receipt: "receipt seen", accessToken: redacted })
      assert.strictEqual(done.run.tenantId, acme)
      assert.strictEqual(done.run.workflow, "test/Order")
      assert.isTrue(DateTime.isGreaterThanOrEqualTo(done.run.startedAt, before))
      assert.isTrue(DateTime.isGreaterThan(done.run.finishedAt!, done.run.startedAt))
      assert.deepStrictEqual(story(done), [
        "charge 1 failed",
        "charge 2 succeeded",
        "progress/charged {\"percent\":50}",
        "Timer cool off",
        "Timer breathe",
        "child test/Ship succeeded",
        "progress/shipped {\"percent\":90}",
        "look at the sky 1 succeeded"
      ])
      const shipped = yield* runs.get(child)
      assert.deepStrictEqual(shipped.run.parent, new WorkflowRunRef({ workflow: "test/Order", id }))
      assert.deepStrictEqual(story(shipped), ["Signal test/GoOn"])
      for (const shown of [done, shipped, ...(yield* runs.search(new RunSearch({ limit: 9 }))).runs]) {
        assert.notInclude(JSON.stringify(shown), "t0p")
        assert.notInclude(JSON.stringify(shown), "4000")
      }
    }))

  it.effect("tells what a run published while it waits, and wakes it not", () =>
    Effect.gen(function*() {
      const id = yield* begin("asked", "succeed")
      yield* statusIs(yield* Ship.executionId({ orderId: "asked" }), "suspended")
      yield* statusIs(id, "suspended")
      const sql = yield* SqlClient.SqlClient
      const repliesOf = sql`SELECT id FROM cluster_replies WHERE request_id IN (
        SELECT id FROM cluster_messages WHERE entity_id = ${id})`
      const before = yield* repliesOf
      assert.deepStrictEqual(yield* Progress.read(Order, id), Option.some({ percent: 50 }))
      assert.deepStrictEqual(yield* Progress.read(Order, "nobody"), Option.none())
      assert.deepStrictEqual(yield* repliesOf, before)
    }))

  it.effect("tells why a run failed, and runs it anew under an id of its own", () =>
    Effect.gen(function*() {
      const runs = yield* WorkflowRuns
      for (
        const [fate, reason] of [["fail", "Refused: {\"why\":\"the weather\",\"token\":\"[redacted]\"}"], [
          "die",
          "Out of luck"
        ]] as const
      ) {
        yield* Ref.set(yield* Weather, "bad")
        const id = yield* begin(`unlucky ${fate}`, fate)
        yield* ship(`unlucky ${fate}`)
        assert.strictEqual((yield* statusIs(id, "failed")).run.reason, reason)
        assert.strictEqual((yield* Effect.flip(runs.cancel(id))).message, "A run that is failed cannot be cancelled")

        const second = yield* runs.retry(id)
        assert.strictEqual(second.id, `${id}~2`)
        yield* statusIs(second.id, "failed")
        yield* Ref.set(yield* Weather, "good")
        const third = yield* runs.retry(id)
        assert.deepStrictEqual([third.id, third.retryOf], [`${id}~3`, `${id}~2`])
        const { run } = yield* statusIs(third.id, "succeeded")
        assert.deepStrictEqual(run.output, { receipt: `receipt unlucky ${fate}`, accessToken: redacted })
        assert.deepStrictEqual((yield* runs.get(id)).retries, [`${id}~2`, `${id}~3`])
        assert.strictEqual((yield* runs.get(id)).run.status, "failed")
        assert.strictEqual((yield* Effect.flip(runs.retry(id)))._tag, "RunConflict")
      }
    }))

  it.effect("cancels a run with the children that it waits for", () =>
    Effect.gen(function*() {
      const runs = yield* WorkflowRuns
      const id = yield* begin("given up", "succeed")
      const child = yield* Ship.executionId({ orderId: "given up" })
      yield* statusIs(child, "suspended")
      yield* statusIs(id, "suspended")
      yield* runs.cancel(id)
      const cancelled = yield* statusIs(id, "cancelled")
      assert.include(story(cancelled), "cancel")
      assert.strictEqual(cancelled.run.reason, "Cancelled")
      yield* statusIs(child, "cancelled")
      assert.strictEqual((yield* Effect.flip(runs.resume(id)))._tag, "RunConflict")
    }))

  it.effect("finds runs by name, status, tenant and text, page by page, and none by a secret", () =>
    Effect.gen(function*() {
      const globex = yield* makeTenant("runs-globex")
      const found: Array<string> = []
      for (const number of [1, 2, 3, 4, 5]) found.unshift(yield* begin(`100% of_lot ${number}`, "succeed", globex))
      yield* Effect.forEach(found, (id) => statusIs(id, "suspended"))
      assert.deepStrictEqual(yield* ids({ text: "100% OF_lot", workflow: "test/Order" }), found)
      assert.deepStrictEqual(yield* ids({ tenantId: globex }), found)
      assert.deepStrictEqual(yield* ids({ tenantId: globex, limit: 200 }), found)
      assert.deepStrictEqual(yield* ids({ tenantId: globex, status: "suspended" }), found)
      assert.deepStrictEqual(yield* ids({ tenantId: globex, status: "failed" }), [])
      assert.deepStrictEqual(yield* ids({ text: "100%_of" }), [])
      assert.deepStrictEqual(yield* ids({ text: "4000 1234" }), [])
      assert.deepStrictEqual(yield* ids({ text: found[2]! }), [found[2]!])

      const runs = yield* WorkflowRuns
      const paged: Array<string> = []
      let page = yield* runs.search(new RunSearch({ tenantId: globex, limit: 2 }))
      paged.push(...page.runs.map(({ id }) => id))
      while (page.next !== null) {
        page = yield* runs.search(new RunSearch({ tenantId: globex, limit: 2, after: page.next }))
        paged.push(...page.runs.map(({ id }) => id))
      }
      assert.deepStrictEqual(paged, found)
      assert.includeMembers([...yield* runs.workflows], ["test/Order", "test/Ship"])
      assert.strictEqual((yield* Effect.flip(runs.get("nobody")))._tag, "RunNotFound")
    }))
})

describe("ids of tries", () => {
  it.prop(
    "are read as they were made",
    [Schema.String, Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 1e6 }))],
    ([first, attempt]) => assert.deepStrictEqual(tryOf(retryId(first, attempt)), { first, attempt })
  )
})
