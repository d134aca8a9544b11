import { assert, describe, it } from "@effect/vitest"
import {
  EscalationPolicy,
  type EscalationPolicyId,
  type OnCall,
  type ScheduleId,
  type ServiceId,
  ServiceOnCall,
  Shift
} from "@innkeeper/oncall/api"
import type { UserId } from "@innkeeper/platform/api"
import { DateTime } from "effect"
import { coverageOf, onwardText, whenPaged } from "./coverage.ts"

const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`
const ada = id(1) as UserId
const ben = id(2) as UserId
const at = (iso: string) => DateTime.toUtc(DateTime.makeUnsafe(iso))

const shift = new Shift({
  userId: ada,
  start: at("2026-01-05T08:00:00Z"),
  end: at("2026-01-12T08:00:00Z"),
  overrideId: null
})
const schedule = (current: Shift | null): typeof OnCall.Type => ({
  scheduleId: id(3) as ScheduleId,
  scheduleName: "Primary",
  timeZone: "UTC",
  current,
  next: null
})
const policy = new EscalationPolicy({
  id: id(4) as EscalationPolicyId,
  name: "Day and night",
  steps: [
    { targets: [{ kind: "schedule", id: id(3) as ScheduleId }], timeoutSeconds: 300 },
    { targets: [{ kind: "user", id: ben }], timeoutSeconds: 600 }
  ],
  repeat: 0,
  lastResort: [],
  acknowledgementTimeoutSeconds: null
})
const service = (first: ReadonlyArray<{ readonly id: UserId; readonly name: string; readonly reachable: boolean }>) =>
  new ServiceOnCall({
    serviceId: id(5) as ServiceId,
    serviceName: "Payments",
    policyId: policy.id,
    policyName: policy.name,
    levels: [
      { level: 1, timeoutSeconds: 300, users: first },
      { level: 2, timeoutSeconds: 600, users: [{ id: ben, name: "Ben", reachable: true }] }
    ]
  })

describe("coverageOf", () => {
  it("tells who has a schedule, and until when", () => {
    const [first, second] = coverageOf(service([{ id: ada, name: "Ada", reachable: true }]), policy, [schedule(shift)])
    assert.deepStrictEqual(first!.covers, [
      { kind: "shift", schedule: schedule(shift), shift, name: "Ada", reachable: true }
    ])
    assert.isFalse(first!.gap)
    assert.deepStrictEqual(second!.covers, [{ kind: "person", name: "Ben", reachable: true }])
  })

  it("calls a level without anybody a gap, and names its schedule", () => {
    const [first] = coverageOf(service([]), policy, [schedule(null)])
    assert.isTrue(first!.gap)
    assert.deepStrictEqual(first!.covers, [{ kind: "gap", schedule: schedule(null) }])
  })

  it("calls a level a gap when its only person cannot be reached", () => {
    const [first] = coverageOf(service([{ id: ada, name: "Ada", reachable: false }]), policy, [schedule(shift)])
    assert.isTrue(first!.gap)
  })
})

describe("an alert that comes to a level which reaches nobody", () => {
  const reached = { gap: false, timeoutSeconds: 300 }
  const gap = { gap: true, timeoutSeconds: 600 }
  const lastResort = [{ kind: "user" as const, id: ben }]

  it("passes it at once, so later levels are not paged later for it", () => {
    assert.strictEqual(whenPaged([reached, gap, reached], 0), "at once")
    assert.strictEqual(whenPaged([reached, gap, reached], 1), "after 5 min without an acknowledgement")
    assert.strictEqual(whenPaged([reached, gap, reached], 2), "after 5 min without an acknowledgement")
    assert.strictEqual(whenPaged([gap, reached], 1), "at once")
    assert.strictEqual(
      onwardText([gap, reached], 0, { repeat: 3, lastResort }),
      "An alert goes on to level 2 at once."
    )
  })

  it.each([
    [0, [], "An alert that comes this far reaches nobody."],
    [0, lastResort, "An alert goes on to the last resort at once."],
    [1, [], "An alert begins again at once at level 1, once. After that it reaches nobody."],
    [
      2,
      lastResort,
      "An alert begins again at once at level 1, 2 times. In the last pass it goes on to the last resort at once."
    ]
  ])(
    "with %d further passes goes on from the last level as the policy says",
    (repeat, lastResort, text) => assert.strictEqual(onwardText([reached, gap], 1, { repeat, lastResort }), text)
  )

  it("waits before the next pass where no level reaches anybody", () =>
    assert.strictEqual(
      onwardText([gap, gap], 1, { repeat: 1, lastResort: [] }),
      "An alert waits 10 min here and begins again at level 1, once. After that it reaches nobody."
    ))

  it("is not told where it goes from the last level while the policy is not known", () =>
    assert.isNull(onwardText([reached, gap], 1, undefined)))
})
