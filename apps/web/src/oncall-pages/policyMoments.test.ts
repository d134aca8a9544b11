import { assert, describe, it } from "@effect/vitest"
import { type EscalationPlan, EscalationPolicyInput } from "@innkeeper/oncall/api"
import { Schema } from "effect"
import { emptyPolicy } from "./policyDraft.ts"
import { levelOffsets, secondsToTheEnd } from "./policyMoments.ts"

const steps = [300, 600, 60].map((timeoutSeconds) => ({
  targets: [{ kind: "user", id: "00000000-0000-4000-8000-000000000001" }],
  timeoutSeconds
}))
const plan: EscalationPlan = Schema.decodeUnknownSync(EscalationPolicyInput)({
  ...emptyPolicy,
  name: "Night",
  steps,
  repeat: 2
})

describe("a policy in time", () => {
  it("pages each level after the waits before it", () => assert.deepStrictEqual(levelOffsets(plan), [0, 300, 900]))

  it("ends after all passes", () => assert.strictEqual(secondsToTheEnd(plan), 3 * 960))
})
