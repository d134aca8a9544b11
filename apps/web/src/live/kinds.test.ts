import { assert, describe, it } from "@effect/vitest"
import { kindsOf } from "./kinds.ts"

describe("what is read anew after an event", () => {
  it("is the kind that changed, and what follows from it", () => {
    assert.deepStrictEqual(kindsOf("incident.acknowledged"), ["incident", "service", "integration"])
    assert.deepStrictEqual(kindsOf("policy.changed"), ["policy", "schedule"])
    assert.deepStrictEqual(kindsOf("team.created"), ["team"])
  })
})
