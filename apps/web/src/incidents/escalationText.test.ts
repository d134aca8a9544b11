import { assert, describe, it } from "@effect/vitest"
import { EscalationPlan, Incident } from "@innkeeper/oncall/api"
import { DateTime, Schema } from "effect"
import { escalationText } from "./escalationText.ts"

const now = DateTime.makeUnsafe("2026-11-21T03:00:00Z")
const id = "01900000-0000-7000-8000-000000000001"

const step = { targets: [{ kind: "user", id }], timeoutSeconds: 300 } as const

const plan = Schema.decodeSync(EscalationPlan)({
  steps: [step, step, step],
  repeat: 1,
  lastResort: [{ kind: "user", id }],
  acknowledgementTimeoutSeconds: null
})

const incident = (change: object, escalation: object | null) =>
  Schema.decodeSync(Incident)({
    id,
    number: 1,
    title: "Disk full",
    status: "triggered",
    priority: "high",
    serviceId: id,
    serviceName: "Booking",
    dedupKey: "disk",
    alertCount: 1,
    createdAt: "2026-11-21T02:55:00Z",
    updatedAt: "2026-11-21T02:55:00Z",
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    resolvedBy: null,
    paged: [],
    escalation: escalation === null ? null : {
      run: 1,
      policyName: "Night",
      state: "running",
      level: 1,
      pass: 1,
      nextStepAt: "2026-11-21T03:01:20Z",
      ...escalation
    },
    ...change
  })

describe("what happens next to an incident", () => {
  it("counts down to the next level of the policy", () => {
    assert.strictEqual(
      escalationText(incident({}, {}), plan, now),
      "Level 2 of 3 is paged in 1 min 20 s unless somebody acknowledges."
    )
  })

  it("begins again with the first level, and names the pass", () => {
    assert.match(escalationText(incident({}, { level: 3 }), plan, now)!, /^Level 1 of 3 \(pass 2\) is paged in/)
  })

  it("names the last resort after the last pass", () => {
    assert.match(escalationText(incident({}, { level: 3, pass: 2 }), plan, now)!, /^The last resort is paged in/)
  })

  it("tells the time without the policy, too", () => {
    assert.match(escalationText(incident({}, {}), undefined, now)!, /^The next level is paged in 1 min 20 s/)
  })

  it("does not count below zero", () => {
    assert.strictEqual(
      escalationText(incident({}, { nextStepAt: "2026-11-21T02:59:59Z" }), plan, now),
      "Level 2 of 3 is being paged."
    )
  })

  it("says when nobody is left", () => {
    assert.match(
      escalationText(incident({}, { state: "exhausted", nextStepAt: null }), plan, now)!,
      /^Everybody was paged/
    )
  })

  it("says nothing about what is resolved or never escalated", () => {
    assert.isNull(escalationText(incident({ status: "resolved" }, { state: "stopped", nextStepAt: null }), plan, now))
    assert.isNull(escalationText(incident({}, null), plan, now))
  })
})
