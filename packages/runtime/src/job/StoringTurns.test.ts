import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { StoringTurns } from "./StoringTurns.ts"

const Milliseconds = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3000 }))

/** Times after each of which tenant `tenant` stores many jobs, which takes it `took`. */
const Stores = Schema.Array(
  Schema.Struct({ after: Milliseconds, took: Milliseconds, tenant: Schema.Literals(["a", "b"]) })
)

describe("turns of those who store jobs", () => {
  it.prop("lets a tenant that is alone never rest", [Stores], ([stores]) => {
    const turns = new StoringTurns()
    let now = 0
    for (const { after, took } of stores) {
      now += after
      turns.saw("a", now)
      assert.strictEqual(turns.rest("a", now), 0)
      turns.stored("a", now += took, took)
    }
  })

  it.prop("has nobody rest longer than five times what the last time took, or half a second", [Stores], ([stores]) => {
    const turns = new StoringTurns()
    const ended = new Map<string, { readonly at: number; readonly took: number }>()
    let now = 0
    for (const { after, tenant, took } of stores) {
      now += after
      turns.saw(tenant, now)
      const rest = turns.rest(tenant, now)
      const last = ended.get(tenant)
      assert.isAtMost(now + rest, Math.max(now, (last?.at ?? 0) + Math.min(500, 5 * (last?.took ?? 0))))
      now += rest + took
      turns.stored(tenant, now, took)
      ended.set(tenant, { at: now, took })
    }
  })

  it("has nobody rest for as long as a clock was set back", () => {
    const turns = new StoringTurns()
    turns.saw("b", 3_600_000)
    turns.saw("a", 3_600_000)
    turns.stored("a", 3_600_000, 1000)
    turns.saw("a", 0)
    assert.strictEqual(turns.rest("a", 0), 500)
  })

  it("gives others most of the time while they store as well, and all of it to one when they are gone", () => {
    const turns = new StoringTurns()
    turns.saw("b", 0)
    turns.saw("a", 0)
    turns.stored("a", 40, 40)
    turns.saw("a", 50)
    assert.strictEqual(turns.rest("a", 50), 190)
    turns.saw("b", 60)
    assert.strictEqual(turns.rest("b", 60), 0)
    turns.stored("a", 1500, 200)
    turns.saw("a", 1550)
    assert.strictEqual(turns.rest("a", 1550), 0)
  })
})
