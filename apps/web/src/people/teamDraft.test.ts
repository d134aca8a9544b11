import { assert, describe, it } from "@effect/vitest"
import type { UserId } from "@innkeeper/platform/api"
import { teamPayloadOf, withMember } from "./teamDraft.ts"

const ada = "00000000-0000-4000-8000-000000000001" as UserId
const ben = "00000000-0000-4000-8000-000000000002" as UserId

describe("teamPayloadOf", () => {
  it("reads tags between commas, each once and without blanks", () =>
    assert.deepStrictEqual(teamPayloadOf({ name: "Core", tags: " payments,, ledger , payments", members: [] }).tags, [
      "payments",
      "ledger"
    ]))
})

describe("withMember", () => {
  it("adds, changes and takes out one member", () => {
    const both = withMember([{ userId: ada, role: "member" }], ben, "lead")
    assert.deepStrictEqual(both, [{ userId: ada, role: "member" }, { userId: ben, role: "lead" }])
    assert.deepStrictEqual(withMember(both, ben, "member").find(({ userId }) => userId === ben)?.role, "member")
    assert.deepStrictEqual(withMember(both, ada, null), [{ userId: ben, role: "lead" }])
  })
})
