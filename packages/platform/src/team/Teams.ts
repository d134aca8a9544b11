import { type CurrentTenant, tenantWork } from "@innkeeper/database"
import { Context, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import type { SqlError } from "effect/sql"
import { Conflict, NotFound, Unprocessable } from "../access/Problems.ts"
import { makeChanged } from "../audit/makeChanged.ts"
import { type Team, TeamId, type TeamInput } from "./Team.ts"
import { deleteTeam, findTeams, writeTeam } from "./TeamStore.ts"

const gone = new NotFound({ resource: "team" })

const problemOf = ({ _tag }: SqlError.SqlError["reason"]) =>
  _tag === "UniqueViolation"
    ? new Conflict({ detail: "Another team has this name, or a person is named twice", field: "name" })
    : _tag === "ConstraintError"
    ? new Unprocessable({
      detail: "A member is not a person of this organisation",
      errors: [{ path: ["payload", "members"], message: "expected ids of people of this organisation" }]
    })
    : undefined

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
      const changed = yield* makeChanged("team")
      const { explained, scoped } = yield* tenantWork
      const checked = explained(problemOf)
      const unowned = explained(({ _tag }) =>
        _tag === "ConstraintError"
          ? new Conflict({ detail: "This team owns services. Give them to another team first." })
          : undefined
      )

      const found = (id: TeamId) =>
        Effect.flatMap(findTeams(id), ([team]) => team === undefined ? Effect.fail(gone) : Effect.succeed(team))

      const write = Effect.fnUntraced(function*(id: TeamId, team: typeof TeamInput.Type, action: string) {
        yield* writeTeam(id, team)
        yield* changed(action, id, { name: team.name })
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
          unowned(Effect.gen(function*() {
            if (!(yield* deleteTeam(id))) return yield* gone
            yield* changed("team.removed", id, {})
          }))
        )
      })
    })
  )
}
