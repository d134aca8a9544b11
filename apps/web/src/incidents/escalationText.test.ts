import { assert, describe, it } from "@effect/vitest"
import { Incident } from "@innkeeper/oncall/api"
import { DateTime, Schema } from "effect"
import { escalationText, outlookOf } from "./escalationText.ts"

const now = DateTime.makeUnsafe("2026-11-21T03:00:00Z")
const id = "01900000-0000-7000-8000-000000000001"

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
      next: { kind: "level", level: 2, levels: 3, pass: 1 },
      ...escalation
    },
    ...change
  })

describe("what happens next to an incident", () => {
  it("counts down to the next level", () => {
    assert.strictEqual(
      escalationText(incident({}, {}), now),
      "Level 2 of 3 is paged in 1 min 20 s unless somebody acknowledges."
    )
  })

  it("names a pass after the first, and the last resort", () => {
    const next = { kind: "level", level: 1, levels: 3, pass: 2 }
    assert.match(escalationText(incident({}, { next }), now)!, /^Level 1 of 3 \(pass 2\) is paged in/)
    assert.match(escalationText(incident({}, { next: { kind: "last-resort" } }), now)!, /^The last resort is paged in/)
  })

  it("names nobody who would follow the last", () => {
    assert.match(escalationText(incident({}, { next: null }), now)!, /^Everybody was paged\. Nobody else/)
  })

  it("does not count below zero", () => {
    assert.strictEqual(
      escalationText(incident({}, { nextStepAt: "2026-11-21T02:59:59Z" }), now),
      "Level 2 of 3 is being paged."
    )
  })

  it("says when nobody is left", () => {
    assert.match(
      escalationText(incident({}, { state: "exhausted", nextStepAt: null }), now)!,
      /^Everybody was paged/
    )
  })

  it("is calm about what was acknowledged, however far the escalation went", () => {
    for (const state of ["exhausted", "stopped", "running"]) {
      const acknowledged = incident({ status: "acknowledged" }, { state, nextStepAt: null })
      assert.strictEqual(escalationText(acknowledged, now), "Paging has stopped.", state)
      assert.strictEqual(outlookOf(acknowledged), "stopped", state)
    }
    assert.strictEqual(outlookOf(incident({}, { state: "exhausted", nextStepAt: null })), "unanswered")
    assert.strictEqual(outlookOf(incident({}, {})), "pages")
  })

  it("says nothing about what is resolved or never escalated", () => {
    assert.isNull(escalationText(incident({ status: "resolved" }, { state: "stopped", nextStepAt: null }), now))
    assert.isNull(escalationText(incident({}, null), now))
  })
})
