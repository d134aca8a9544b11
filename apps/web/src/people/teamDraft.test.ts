import { assert, describe, it } from "@effect/vitest"
import { Team, type TeamId, type UserId } from "@innkeeper/platform/api"
import { teamDraftOf, teamPayloadOf, withMember } from "./teamDraft.ts"

const ada = "00000000-0000-4000-8000-000000000001" as UserId
const ben = "00000000-0000-4000-8000-000000000002" as UserId

describe("teamPayloadOf", () => {
  it("reads tags between commas, each once and without blanks", () =>
    assert.deepStrictEqual(
      teamPayloadOf(null)({ name: "Core", tags: " payments,, ledger , payments", members: [] }).tags,
      ["payments", "ledger"]
    ))

  it("leaves tags as they are that were not edited", () => {
    const team = new Team({ id: ada as string as TeamId, name: "Core", tags: ["rooms, big", "ledger"], members: [] })
    const draft = teamDraftOf(team)
    assert.deepStrictEqual(teamPayloadOf(team)({ ...draft, name: "Heart" }).tags, team.tags)
    assert.deepStrictEqual(teamPayloadOf(team)({ ...draft, tags: "ledger, pay" }).tags, ["ledger", "pay"])
  })
})

describe("withMember", () => {
  it("adds, changes and takes out one member", () => {
    const both = withMember([{ userId: ada, role: "member" }], ben, "lead")
    assert.deepStrictEqual(both, [{ userId: ada, role: "member" }, { userId: ben, role: "lead" }])
    assert.deepStrictEqual(withMember(both, ben, "member").find(({ userId }) => userId === ben)?.role, "member")
    assert.deepStrictEqual(withMember(both, ada, null), [{ userId: ben, role: "lead" }])
  })
})
