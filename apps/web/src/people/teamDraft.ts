import type { Team, UserId } from "@innkeeper/platform/api"

/** What the form of a team holds. `tags` are separated by commas. */
export interface TeamDraft {
  readonly name: string
  readonly tags: string
  readonly members: Team["members"]
}

export const teamDraftOf = (team: Team | null): TeamDraft =>
  team === null
    ? { name: "", tags: "", members: [] }
    : { name: team.name, tags: team.tags.join(", "), members: team.members }

/** The payload that the draft of `team` stands for. Tags that were not edited stay: the API takes commas in them. */
export const teamPayloadOf = (team: Team | null) => ({ members, name, tags }: TeamDraft) => ({
  name,
  tags: team !== null && tags === teamDraftOf(team).tags
    ? team.tags
    : [...new Set(tags.split(",").map((tag) => tag.trim()).filter((tag) => tag !== ""))],
  members
})

/** The members with `userId` as lead or member; without them when `role` is null. */
export const withMember = (
  members: Team["members"],
  userId: UserId,
  role: "lead" | "member" | null
): Team["members"] => {
  const others = members.filter((member) => member.userId !== userId)
  return role === null ? others : [...others, { userId, role }]
}
