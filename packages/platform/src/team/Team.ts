import { Uuid } from "@innkeeper/config"
import { Schema } from "effect"
import { Name } from "../access/Text.ts"
import { UserId } from "../identity/User.ts"

export const TeamId = Uuid.pipe(Schema.brand("TeamId"))
export type TeamId = typeof TeamId.Type

/** A group of people that owns services. Tags route alerts that no service claims. */
export class Team extends Schema.Class<Team>("platform/Team")({
  id: TeamId,
  name: Name,
  tags: Schema.Array(Name).check(Schema.isMaxLength(50)),
  members: Schema.Array(Schema.Struct({ userId: UserId, role: Schema.Literals(["lead", "member"]) }))
}) {}

export const TeamInput = Schema.Struct({ name: Team.fields.name, tags: Team.fields.tags, members: Team.fields.members })
