import { assert, describe, it } from "@effect/vitest"
import type { TenantId } from "@innkeeper/config"
import { Schema } from "effect"
import type { ReadyJob } from "./JobAttemptStore.ts"
import type { JobId } from "./JobRecord.ts"
import { ReadyWindow, windowSize } from "./ReadyWindow.ts"

const jobOf = (tenant: number, number: number, turn = number): ReadyJob => ({
  tenantId: `t${String(tenant).padStart(3, "0")}` as TenantId,
  id: String(number).padStart(6, "0") as JobId,
  name: "job",
  bytes: 1,
  last: false,
  turn
})

/** What a read of these jobs gives, as the statement does. */
const read = (window: ReadyWindow, jobs: ReadonlyArray<ReadyJob>) => {
  const tenants = [...new Set(jobs.map(({ tenantId }) => tenantId))].sort().filter((id) => id > window.after)
  const shown = tenants.slice(0, windowSize.tenants)
  const most = Math.floor(windowSize.jobs / Math.max(1, shown.length))
  const found = shown.flatMap((tenant) =>
    jobs.filter(({ tenantId }) => tenantId === tenant).sort((a, b) => a.turn - b.turn).slice(0, most)
  )
  window.fill(found, most, found)
}

const Small = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

describe("the window of ready jobs", () => {
  it.prop("misses no job that it was given or can read, and takes each tenant's in turn", [
    Schema.Array(Schema.Struct({
      tenant: Small(80),
      jobs: Small(200),
      early: Schema.Boolean,
      take: Small(150)
    })).check(Schema.isMaxLength(20))
  ], ([steps]) => {
    const window = new ReadyWindow()
    let stored: Array<ReadyJob> = []
    const taken = new Set<string>()
    let number = 0
    const take = (count: number) => {
      const picked = [...window.waiting.values()].flatMap((line) => line.slice(0, count))
      for (const line of window.waiting.values()) {
        assert.deepStrictEqual(line, line.toSorted((a, b) => a.turn - b.turn || (a.id < b.id ? -1 : 1)))
      }
      for (const job of picked) {
        assert.isFalse(taken.has(job.id))
        taken.add(job.id)
        window.remove(job)
      }
      stored = stored.filter(({ id }) => !taken.has(id))
      if (window.isShort([])) read(window, stored)
    }
    read(window, stored)
    for (const { early, jobs, take: count, tenant } of steps) {
      for (let index = 0; index < jobs; index++) {
        const job = jobOf(tenant, ++number, early ? number / 2 : number)
        stored.push(job)
        window.add(job)
        window.add(job)
      }
      take(count)
    }
    for (let rounds = 0; stored.length > 0; rounds++) {
      assert.isBelow(rounds, 2000)
      take(150)
    }
    assert.strictEqual(taken.size, number)
  })

  it("leaves to a read what comes for a tenant of whom it has not all", () => {
    const window = new ReadyWindow()
    const many = Array.from({ length: windowSize.jobs + 1 }, (_, number) => jobOf(1, number))
    read(window, many)
    const [earlier, later] = [jobOf(1, 800, -1), jobOf(1, 900)]
    window.add(later)
    window.add(earlier)
    assert.deepStrictEqual(window.waiting.get(later.tenantId), [earlier, ...many.slice(0, windowSize.jobs - 1)])
    window.add(jobOf(2, 901))
    assert.strictEqual(window.waiting.size, 2)
    assert.isFalse(window.isShort([]))
    assert.isTrue(window.isShort(many.slice(0, -1)))
  })
})
