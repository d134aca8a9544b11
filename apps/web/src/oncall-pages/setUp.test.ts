import { assert, describe, it } from "@effect/vitest"
import { firstMissing } from "./setUp.ts"

describe("firstMissing", () => {
  it.each(
    [
      ["team", 0, 0, 0, 0],
      ["team", 0, 1, 1, 0],
      ["schedule", 1, 0, 0, 0],
      ["policy", 1, 1, 0, 0],
      ["service", 1, 1, 1, 0],
      ["service", 1, 0, 1, 0],
      ["integration", 1, 1, 1, 1]
    ] as const
  )(
    "is a %s with %d teams, %d schedules, %d policies and %d services",
    (missing, team, schedule, policy, service) =>
      assert.strictEqual(firstMissing({ team, schedule, policy, service }), missing)
  )
})
