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
import { coverageOf } from "./coverage.ts"

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
