import { assert, layer } from "@effect/vitest"
import { asTenant, withTenant } from "@innkeeper/database"
import { makeTenant } from "@innkeeper/testkit"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { ApiKeys } from "../apikey/ApiKeys.ts"
import { Users } from "../identity/Users.ts"
import { platformLayer } from "../Platform.fixture.ts"
import { Teams } from "../team/Teams.ts"

/** What open pages were told, in order. */
const announced = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly told: string }>`
    SELECT type || ' ' || (payload->>'action') || ' ' || subject AS told FROM outbox_event ORDER BY position`.pipe(
    withTenant
  )
  return rows.map(({ told }) => told)
})

layer(platformLayer, { excludeTestServices: true })("changes of people, teams and keys", (it) => {
  it.effect("are announced to open pages, and one that is refused is not", () =>
    Effect.gen(function*() {
      const acme = yield* makeTenant("announced")
      const [users, teams, keys] = [yield* Users, yield* Teams, yield* ApiKeys]
      yield* Effect.gen(function*() {
        const ada = yield* users.create({ name: "Ada", email: "ada-announced@example.com", role: "admin" })
        yield* users.update(ada.id, { name: "Ada L." })
        yield* Effect.flip(users.create({ name: "Eve", email: "ada-announced@example.com", role: "observer" }))
        const { contactMethod } = yield* users.addContactMethod(ada.id, { kind: "email", address: "a@example.com" })
        yield* users.removeContactMethod(ada.id, contactMethod.id)
        const team = yield* teams.create({ name: "Night", tags: [], members: [] })
        yield* teams.replace(team.id, { name: "Day", tags: [], members: [] })
        yield* teams.remove(team.id)
        const { apiKey } = yield* keys.create({ name: "reader", scopes: ["incidents:read"], expiresAt: null })
        yield* keys.revoke(apiKey.id)
        assert.deepStrictEqual(yield* announced, [
          `user.changed user.created ${ada.id}`,
          `user.changed user.updated ${ada.id}`,
          `user.changed contact-method.added ${ada.id}`,
          `user.changed contact-method.removed ${ada.id}`,
          `team.changed team.created ${team.id}`,
          `team.changed team.updated ${team.id}`,
          `team.changed team.removed ${team.id}`,
          `api-key.changed api-key.created ${apiKey.id}`,
          `api-key.changed api-key.revoked ${apiKey.id}`
        ])
      }).pipe(asTenant(acme))
    }))
})
