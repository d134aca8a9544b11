import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Team, type TeamId, type TeamInput } from "./Team.ts"

const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct(Team.fields)))

/** Teams of the current tenant with their members, by name; or one. */
export const findTeams = Effect.fnUntraced(function*(id?: TeamId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT team.id, team.name, team.tags, coalesce((
      SELECT jsonb_agg(jsonb_build_object('userId', member.user_id, 'role', member.role)
        ORDER BY member.role, member.user_id)
      FROM team_member member WHERE member.tenant_id = team.tenant_id AND member.team_id = team.id
    ), '[]') AS members
    FROM team WHERE ${id === undefined ? sql`true` : sql`id = ${id}`} ORDER BY name COLLATE name_order`
  return (yield* decodeRows(rows)).map((row) => new Team(row))
})

/** Writes a team and its members as they shall be. */
export const writeTeam = Effect.fnUntraced(function*(id: TeamId, team: typeof TeamInput.Type) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO team (id, name, tags) VALUES (${id}, ${team.name}, ${JSON.stringify(team.tags)}::jsonb)
    ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, tags = excluded.tags`
  yield* sql`DELETE FROM team_member WHERE team_id = ${id}`
  yield* sql`
    INSERT INTO team_member (team_id, user_id, role)
    SELECT ${id}, "userId", role
    FROM jsonb_to_recordset(${JSON.stringify(team.members)}::jsonb) AS row ("userId" uuid, role text)`
})

export const deleteTeam = Effect.fnUntraced(function*(id: TeamId) {
  const sql = yield* SqlClient.SqlClient
  const gone = yield* sql`DELETE FROM team WHERE id = ${id} RETURNING id`
  return gone.length > 0
})
