import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Option, Ref, Schema } from "effect"
import { DurableDeferred, Workflow } from "effect/workflow"
import { firstVersion, versionedWorkflow } from "./PayloadVersions.ts"
import { database, eventually, pod, whileWorking } from "./testing.fixture.ts"
import { RunSearch, type WorkflowStatus } from "./WorkflowRun.ts"
import { WorkflowRuns } from "./WorkflowRuns.ts"

const Go = DurableDeferred.make("test/Go")

const old = firstVersion({ id: Schema.String })
const fields = { payload: old, success: Schema.String, idempotencyKey: ({ id }: { readonly id: string }) => id }
const First = versionedWorkflow("test/Trip", fields)
const Second = versionedWorkflow("test/Trip", {
  ...fields,
  payload: old.next({ id: Schema.String, seats: Schema.Int }, ({ id }) => ({ id, seats: 1 }))
})

/** Whether `Risky` may go wrong at present. */
const broken = Ref.makeUnsafe(true)

const Risky = Workflow.make("test/Risky", {
  payload: { id: Schema.String },
  success: Schema.String,
  idempotencyKey: ({ id }) => id
}).annotate(Workflow.SuspendOnFailure, true)

const RiskyLive = Risky.toLayer(() =>
  Effect.flatMap(Ref.get(broken), (now) => now ? Effect.die(new Error("Out of paper")) : Effect.succeed("printed"))
)

const withRuns = <R>(workflows: Layer.Layer<never, never, R>) => Layer.provideMerge(WorkflowRuns.layer, pod(workflows))

const oldPod = withRuns(First.toLayer(({ id }) => Effect.as(DurableDeferred.await(Go), id)))
const newPod = withRuns(Second.toLayer(({ id, seats }) => Effect.as(DurableDeferred.await(Go), `${id} ${seats}`)))
const otherPod = withRuns(RiskyLive)

const go = (executionId: string) =>
  DurableDeferred.succeed(Go, {
    token: DurableDeferred.tokenFromExecutionId(Go, { workflow: Second, executionId }),
    value: undefined
  })

const statusIs = (id: string, status: WorkflowStatus) =>
  Effect.flatMap(WorkflowRuns, (runs) =>
    Effect.map(
      eventually(
        Effect.option(runs.get(id)),
        (detail) => Option.isSome(detail) && detail.value.run.status === status
      ),
      (detail) => Option.getOrThrow(detail).run
    ))

const idsOf = (status: WorkflowStatus) =>
  Effect.gen(function*() {
    const page = yield* (yield* WorkflowRuns).search(new RunSearch({ limit: 9, status }))
    return page.runs.map(({ id }) => id)
  })

layer(database, { excludeTestServices: true, timeout: "60 seconds" })("runs that wait for a version", (it) => {
  it.effect("are shown as such, are read again when asked for, and go on with the version that they need", () =>
    Effect.gen(function*() {
      const begin = (id: string) =>
        Effect.tap(Second.execute({ id, seats: 4 }, { discard: true }), (run) => statusIs(run, "suspended"))
      const [read, unread] = yield* whileWorking(newPod)(Effect.all([begin("read"), begin("unread")]))

      yield* whileWorking(oldPod)(Effect.gen(function*() {
        const runs = yield* WorkflowRuns
        yield* go(read)
        const run = yield* statusIs(read, "waiting-for-version")
        assert.strictEqual(run.reason, "No server that saw it knows this version of the workflow")
        assert.deepStrictEqual(yield* idsOf("waiting-for-version"), [read])
        assert.deepStrictEqual(yield* idsOf("suspended"), [unread])
        assert.deepStrictEqual(yield* idsOf("running"), [])
        yield* runs.resume(read)
        yield* statusIs(read, "waiting-for-version")
      }))

      yield* whileWorking(otherPod)(Effect.gen(function*() {
        const runs = yield* WorkflowRuns
        yield* statusIs(read, "waiting-for-version")
        assert.strictEqual(
          (yield* Effect.flip(runs.cancel(read))).message,
          "This server does not know test/Trip in the version of the run"
        )
        assert.strictEqual((yield* Effect.flip(runs.resume(unread)))._tag, "WorkflowUnknown")
        assert.include([...yield* runs.workflows], "test/Trip")
      }))

      yield* whileWorking(newPod)(Effect.gen(function*() {
        assert.strictEqual((yield* statusIs(read, "succeeded")).output, "read 4")
        yield* (yield* WorkflowRuns).cancel(unread)
        yield* statusIs(unread, "cancelled")
        const retried = yield* (yield* WorkflowRuns).retry(unread)
        yield* statusIs(retried.id, "suspended")
        yield* go(retried.id)
        assert.strictEqual((yield* statusIs(retried.id, "succeeded")).output, "unread 4")
      }))
    }))

  it.effect("or for somebody after a failure say why, and go on when they are resumed", () =>
    whileWorking(otherPod)(Effect.gen(function*() {
      const runs = yield* WorkflowRuns
      const id = yield* Risky.execute({ id: "one" }, { discard: true })
      assert.strictEqual((yield* statusIs(id, "suspended")).reason, "Out of paper")
      yield* Ref.set(broken, false)
      yield* runs.resume(id)
      assert.strictEqual((yield* statusIs(id, "succeeded")).output, "printed")
    })))
})
