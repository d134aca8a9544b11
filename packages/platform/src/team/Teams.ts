import { type CurrentTenant, withTenant } from "@innkeeper/database"
import { Context, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient, SqlError } from "effect/sql"
import { Conflict, NotFound, Unprocessable } from "../access/Problems.ts"
import { Audit } from "../audit/Audit.ts"
import { type Team, TeamId, type TeamInput } from "./Team.ts"
import { deleteTeam, findTeams, writeTeam } from "./TeamStore.ts"

const gone = new NotFound({ resource: "team" })

const problemOf = (error: SqlError.SqlError) => {
  switch (error.reason._tag) {
    case "UniqueViolation":
      return new Conflict({ detail: "Another team has this name, or a person is named twice", field: "name" })
    case "ConstraintError":
      return new Unprocessable({
        detail: "A member is not a person of this organisation",
        errors: [{ path: ["payload", "members"], message: "expected ids of people of this organisation" }]
      })
    default:
      return error
  }
}

/**
 * Teams of the current tenant.
 *
 * @effect-expect-leaking CurrentTenant
 */
export class Teams extends Context.Service<Teams, {
  readonly list: Effect.Effect<ReadonlyArray<Team>, never, CurrentTenant>
  readonly get: (id: TeamId) => Effect.Effect<Team, NotFound, CurrentTenant>
  readonly create: (team: typeof TeamInput.Type) => Effect.Effect<Team, Conflict | Unprocessable, CurrentTenant>
  readonly replace: (
    id: TeamId,
    team: typeof TeamInput.Type
  ) => Effect.Effect<Team, NotFound | Conflict | Unprocessable, CurrentTenant>
  /** A team that owns a service stays. */
  readonly remove: (id: TeamId) => Effect.Effect<void, NotFound | Conflict, CurrentTenant>
}>()("platform/Teams") {
  static readonly layer = Layer.effect(
    Teams,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const audit = yield* Audit
      const inTenant = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        Effect.provideService(withTenant(effect), SqlClient.SqlClient, sql)
      const scoped = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        inTenant(effect).pipe(Effect.catchTags({ SqlError: Effect.die, SchemaError: Effect.die }))
      const checked = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        inTenant(effect).pipe(
          Effect.catchTag("SqlError", (error) => Effect.fail(problemOf(error))),
          Effect.catchTags({ SqlError: Effect.die, SchemaError: Effect.die })
        )

      const found = (id: TeamId) =>
        Effect.flatMap(findTeams(id), ([team]) => team === undefined ? Effect.fail(gone) : Effect.succeed(team))

      const write = Effect.fnUntraced(function*(id: TeamId, team: typeof TeamInput.Type, action: string) {
        yield* writeTeam(id, team)
        yield* audit.record({ action, subject: `team:${id}`, detail: { name: team.name } })
        return yield* Effect.orDie(found(id))
      })

      return Teams.of({
        list: scoped(findTeams()).pipe(Effect.withSpan("Teams.list")),
        get: Effect.fn("Teams.get")((id) => scoped(found(id))),
        create: Effect.fn("Teams.create")((team) =>
          checked(write(TeamId.make(SecureRandom.uuidV7Unsafe()), team, "team.created"))
        ),
        replace: Effect.fn("Teams.replace")((id, team) =>
          checked(Effect.andThen(found(id), write(id, team, "team.updated")))
        ),
        remove: Effect.fn("Teams.remove")((id) =>
          inTenant(Effect.gen(function*() {
            if (!(yield* deleteTeam(id))) return yield* gone
            yield* audit.record({ action: "team.removed", subject: `team:${id}`, detail: {} })
          })).pipe(
            Effect.catchTag("SqlError", (error) =>
              error.reason._tag === "ConstraintError"
                ? Effect.fail(new Conflict({ detail: "This team owns services. Give them to another team first." }))
                : Effect.die(error))
          )
        )
      })
    })
  )
}
