import { assert, describe, it } from "@effect/vitest"
import { FreshRuns } from "./FreshRuns.ts"

const message = (options: {
  readonly id: string
  readonly tag: string
  readonly run: string
  readonly type?: string
  readonly shard?: number
  readonly payload?: unknown
}) => ({
  _tag: "Request" as const,
  requestId: options.id,
  address: {
    shardId: { group: "default", id: options.shard ?? 1 },
    entityType: options.type ?? "Workflow/Trip",
    entityId: options.run
  },
  tag: options.tag,
  payload: options.payload ?? {},
  headers: {}
})

const begun = () => {
  const runs = new FreshRuns()
  runs.begin(message({ id: "1", tag: "run", run: "a" }))
  return runs
}

const pay = message({ id: "2", tag: "activity", run: "a" })

describe("FreshRuns", () => {
  it("knows what a run does for the first time, once for each key", () => {
    const runs = begun()
    assert.deepStrictEqual(["pay/1", "pay/1", "ship/1"].map((key) => runs.isFirst(pay, key)), [true, false, true])
  })

  it("knows nothing of other runs, of other messages, and of activities in a transaction", () => {
    const runs = begun()
    assert.isFalse(runs.isFirst(message({ id: "2", tag: "activity", run: "b" }), "pay/1"))
    assert.isFalse(runs.isFirst(message({ id: "2", tag: "deferred", run: "a" }), "pay/1"))
    assert.isFalse(runs.isFirst(pay, null))
    const inTransaction = message({ id: "2", tag: "activity", run: "a", payload: { withTransaction: true } })
    assert.isFalse(runs.isFirst(inTransaction, "pay/1"))
  })

  it("takes no message of an entity for that of a run", () => {
    const runs = new FreshRuns()
    for (const type of ["Desk", "Workflow/-/DurableClock"]) {
      runs.begin(message({ id: "1", tag: "run", run: "a", type }))
      assert.isFalse(runs.isFirst(message({ id: "2", tag: "activity", run: "a", type }), "pay/1"))
    }
  })

  it("knows a run no longer that was answered, read from the database, or whose shard was taken over", () => {
    const answered = begun()
    answered.end("1")
    assert.isFalse(answered.isFirst(pay, "pay/1"))
    const moved = begun()
    moved.forget(["default:2"])
    assert.isTrue(moved.isFirst(pay, "pay/1"))
    moved.forget(["default:1"])
    assert.isFalse(moved.isFirst(pay, "ship/1"))
  })
})
