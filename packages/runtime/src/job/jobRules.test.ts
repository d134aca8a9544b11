import { assert, describe, it } from "@effect/vitest"
import type { TenantId } from "@innkeeper/config"
import { Duration, Schema } from "effect"
import { takeTurns, Turns } from "./fairOrder.ts"
import { parseMessage } from "./jobMessage.ts"
import { JobQueue, shareOf, tenantShare } from "./JobQueue.ts"
import type { JobId } from "./JobRecord.ts"
import { mayBegin } from "./mayBegin.ts"
import { aheadOf, PartitionMemory } from "./PartitionMemory.ts"
import { RateWindow } from "./RateWindow.ts"
import { attemptsOf, defaultRetry, retryDelay } from "./retryDelay.ts"

const Count = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

/** Tenants with how many jobs wait and run, in the order of their last turns. */
const Line = Schema.Struct({ waiting: Count(12), running: Count(6) })
const Lines = Schema.Array(Line).check(Schema.isMaxLength(8))

const take = (lines: ReadonlyArray<typeof Line.Type>, free: number, share: number) =>
  takeTurns({
    waiting: new Map(lines.map(({ waiting }, tenant) => [
      `t${tenant}`,
      Array.from({ length: waiting }, (_, number) => number)
    ])),
    running: new Map(lines.map(({ running }, tenant) => [`t${tenant}`, running])),
    lastTurnOf: (tenant) => Number(tenant.slice(1)),
    free,
    share
  })

const countOf = (taken: ReturnType<typeof take>, tenant: number) =>
  taken.filter((turn) => turn.tenant === `t${tenant}`).length

describe("the fair order", () => {
  it.prop(
    "fills every free slot that a tenant may have, and no more",
    [Lines, Count(30), Count(6)],
    ([lines, free, share]) => {
      const taken = take(lines, free, share)
      const possible = lines.reduce(
        (sum, { running, waiting }) => sum + Math.min(waiting, Math.max(0, share - running)),
        0
      )
      assert.strictEqual(taken.length, Math.min(free, possible))
      lines.forEach(({ running }, tenant) => {
        const count = countOf(taken, tenant)
        if (count > 0) assert.isAtMost(running + count, share)
      })
    }
  )

  it.prop("keeps each tenant's own order", [Lines, Count(30)], ([lines, free]) => {
    const taken = take(lines, free, 100)
    lines.forEach((_, tenant) => {
      const jobs = taken.filter((turn) => turn.tenant === `t${tenant}`).map(({ job }) => job)
      assert.deepStrictEqual(jobs, jobs.map((_, index) => index))
    })
  })

  it.prop(
    "gives nobody a second slot while another who waits has none",
    [Lines, Count(30), Count(6)],
    ([lines, free, share]) => {
      const taken = take(lines, free, share)
      lines.forEach((mine, me) => {
        const left = mine.waiting - countOf(taken, me)
        const have = mine.running + countOf(taken, me)
        if (left === 0 || have >= share) return
        lines.forEach((theirs, they) => {
          if (they !== me && countOf(taken, they) > 0) assert.isAtMost(theirs.running + countOf(taken, they), have + 1)
        })
      })
    }
  )

  it.prop("serves all tenants once before one of them again, whoever comes and however often", [
    Schema.Array(Count(40)).check(Schema.isMinLength(2), Schema.isMaxLength(6))
  ], ([counts]) => {
    const turns = new Turns()
    const left = counts.map((count) => count + 1)
    const order: Array<number> = []
    while (left.some((count) => count > 0)) {
      const waiting = new Map(left.flatMap((count, tenant) => count > 0 ? [[String(tenant), [tenant]] as const] : []))
      const [next] = takeTurns({
        waiting,
        running: new Map(),
        lastTurnOf: (tenant) => turns.lastOf(tenant),
        free: 1,
        share: 1
      })
      turns.took(next!.tenant)
      order.push(next!.job)
      left[next!.job]!--
    }
    for (let round = 0; round * counts.length < order.length; round++) {
      const waiting = counts.flatMap((count, tenant) => count + 1 > round ? [tenant] : [])
      const before = counts.reduce((sum, count) => sum + Math.min(round, count + 1), 0)
      assert.sameMembers(order.slice(before, before + waiting.length), waiting)
    }
  })
})

describe("a queue's settings", () => {
  it.prop(
    "divide slots among partitions without loss, each with one at least",
    [Count(200), Count(20)],
    ([total, more]) => {
      const partitions = more + 1
      const shares = Array.from({ length: partitions }, (_, partition) => shareOf(total, partition, partitions))
      assert.strictEqual(shares.reduce((sum, share) => sum + share, 0), total)
      assert.isAtMost(Math.max(...shares) - Math.min(...shares), 1)
    }
  )

  it.prop("leave room for a second tenant wherever there are two slots", [Count(200)], ([more]) => {
    const slots = more + 1
    const share = tenantShare(slots)
    assert.isAtLeast(share, 1)
    if (slots > 1) assert.isBelow(share, slots)
  })

  it("are refused when they cannot work", () => {
    assert.throws(() => JobQueue.make("q", { concurrency: 0 }), "concurrency of the queue q is below 1")
    assert.throws(() => JobQueue.make("q", { concurrency: 2, partitions: 3 }), "more partitions than it can run jobs")
    assert.throws(
      () => JobQueue.make("q", { rate: { limit: 1, window: "1 second" }, partitions: 2 }),
      "more partitions"
    )
    assert.throws(() => JobQueue.make("a/b"), "cannot be the name of a queue")
    assert.strictEqual(JobQueue.make("q", { rate: { limit: 1, window: "1 second" } }).partitions, 1)
  })
})

describe("beginning ahead", () => {
  it("is as many as end during a round, and one for each slot at most where tenants share", () => {
    assert.strictEqual(aheadOf(16, 5, 5, false), 16)
    assert.strictEqual(aheadOf(16, 5, 50, false), 1)
    assert.strictEqual(aheadOf(16, 5, 1000, false), 0)
    assert.strictEqual(aheadOf(16, 5, 0, false), 112)
    assert.strictEqual(aheadOf(16, 5, 0, true), 16)
  })

  const job = (tenant: string, bytes: number, last = false) => ({ tenantId: tenant as TenantId, bytes, last })
  const [small, large, last] = [job("a", 1_000_000), job("a", 4_000_000), job("a", 1, true)]
  const begins = (jobs: ReadonlyArray<typeof small>, idle: number, bytes = 0, running = 0) =>
    mayBegin({ jobs, idle, share: 3, running: new Map([["a", running]]), bytes })

  it("stops at a last attempt and at what is too large, which are not overtaken", () => {
    assert.deepStrictEqual(begins([last, small, last, small], 1), [last, small])
    assert.deepStrictEqual(begins([small, large, job("b", 1)], 0, 1_000_000), [small])
    assert.deepStrictEqual(begins([small, small], 0, 4_000_000), [])
    assert.deepStrictEqual(begins([large, large, last], 3, 9_000_000), [large, large, last])
  })

  it("goes on with other tenants where one has its share of the slots", () => {
    const other = job("b", 1, true)
    assert.deepStrictEqual(begins([last, small, other], 1, 0, 3), [other])
    assert.deepStrictEqual(begins([small, other], 1, 0, 3), [small, other])
  })
})

describe("what the owner of a partition plans", () => {
  it("has room for a tenant while another one has begun more than its share, as its jobs were short", () => {
    const memory = new PartitionMemory({ slots: 4, share: 3, rate: undefined })
    const place = (tenant: string, number: number) => ({
      tenantId: tenant as TenantId,
      id: `${tenant} ${number}` as JobId,
      name: "long"
    })
    const attempt = { payload: "", attempt: 1, attempts: 2, waited: 0, traceparent: null }
    for (let number = 0; number < 80; number++) memory.begun.add({ ...place("a", number), ...attempt })
    const ready = [{ ...place("b", 0), bytes: 1, last: false, turn: 0 }]
    memory.window.fill(ready, 64, ready)
    assert.deepStrictEqual(memory.plan(0).picked, ready)
    memory.attemptTook(0)
    memory.roundTook(5)
    assert.deepStrictEqual(memory.plan(0).picked, ready)
    memory.attemptTook(600_000)
    assert.deepStrictEqual(memory.plan(0).picked, ready)
  })
})

describe("retries", () => {
  const Random = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))

  it.prop("wait longer each time, up to the cap, with a spread of a fifth", [Count(30), Random], ([more, random]) => {
    const attempt = more + 1
    const policy = { times: 40, base: "1 second", cap: "10 minutes" } as const
    const plain = Math.min(600_000, 1000 * 2 ** (attempt - 1))
    const delay = retryDelay(policy, attempt, random)
    assert.isAtLeast(delay, Math.floor(plain * 0.8))
    assert.isAtMost(delay, Math.ceil(plain * 1.2))
  })

  it("follow a list of delays where one is given", () => {
    const policy = { delays: ["5 seconds", Duration.minutes(5), "2 hours"] } as const
    assert.strictEqual(attemptsOf(policy), 4)
    assert.deepStrictEqual([1, 2, 3].map((attempt) => retryDelay(policy, attempt, 0.5)), [5000, 300_000, 7_200_000])
    assert.strictEqual(attemptsOf(defaultRetry), 11)
  })
})

describe("the rate", () => {
  it.prop("is kept in every window", [
    Count(4),
    Schema.Array(Schema.Struct({ after: Count(400), wanted: Count(8) })).check(Schema.isMaxLength(30))
  ], ([more, asks]) => {
    const rate = new RateWindow(more + 1, 1000)
    const begins: Array<number> = []
    let now = 0
    for (const { after, wanted } of asks) {
      now += after
      const count = Math.min(wanted, rate.allowance(now))
      rate.begin(now, count)
      for (let index = 0; index < count; index++) begins.push(now)
      const wait = rate.wait(now)
      assert.strictEqual(wait === 0, rate.allowance(now) > 0)
    }
    for (const end of begins) {
      assert.isAtMost(begins.filter((begin) => begin <= end && begin > end - 1000).length, more + 1)
    }
  })

  it("says how long to wait", () => {
    const rate = new RateWindow(2, 1000)
    rate.begin(0, 1)
    rate.begin(300, 1)
    assert.strictEqual(rate.wait(400), 600)
    assert.strictEqual(rate.allowance(1000), 1)
    assert.strictEqual(rate.allowance(1300), 2)
  })

  it("waits for one window at most when the clock is put back", () => {
    const rate = new RateWindow(2, 1000)
    rate.begin(3_600_000, 2)
    assert.strictEqual(rate.wait(5000), 1000)
    assert.strictEqual(rate.allowance(6000), 2)
  })
})

describe("notifications", () => {
  it("name what happened and where", () => {
    assert.deepStrictEqual(parseMessage("wake:a/0,b/1"), { message: "wake", partitions: ["a/0", "b/1"] })
    assert.deepStrictEqual(parseMessage("cancel:a.b/0"), { message: "cancel", partitions: ["a.b/0"] })
  })
})
