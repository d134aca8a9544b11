import { assert, describe, it } from "@effect/vitest"
import { Incident, type IncidentStatus } from "@innkeeper/oncall/api"
import { Actor } from "@innkeeper/platform/api"
import { DateTime } from "effect"
import { acknowledged, resolved } from "./foresee.ts"

const by = new Actor({ kind: "user", id: null, name: "Ada" })
const at = DateTime.makeUnsafe("2026-11-21T03:00:00Z")

describe("what is shown until the server has answered", () => {
  it.prop(
    "an acknowledgement stops the paging of a triggered incident, and changes no other",
    [Incident],
    ([given]) => {
      const after = acknowledged(given, by, at)
      if (given.status === "triggered") {
        assert.strictEqual(after.status, "acknowledged")
        assert.strictEqual(after.acknowledgedBy, by)
        assert.isNull(after.escalation?.nextStepAt ?? null)
      } else assert.strictEqual(after, given)
    }
  )

  it.prop("a resolution is final", [Incident], ([given]) => {
    const after = resolved(given, by, at)
    assert.strictEqual(after.status, "resolved" satisfies IncidentStatus)
    assert.strictEqual(resolved(after, by, at), after)
    assert.strictEqual(acknowledged(after, by, at), after)
  })
})
