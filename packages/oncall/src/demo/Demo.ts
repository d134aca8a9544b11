import { asTenant } from "@innkeeper/database"
import { Tenants, Users } from "@innkeeper/platform"
import { DateTime, Effect, Option, type Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { Schedules } from "../schedule/Schedules.ts"
import type { SetupDocument } from "../setup/SetupDocument.ts"
import { Setups } from "../setup/Setups.ts"

interface Demo {
  readonly document: SetupDocument
  readonly password: Redacted.Redacted<string>
}

/**
 * Makes the tenant of a document and lets its people sign in with `password`. Does nothing, and gives none, when the
 * tenant exists. `playStory` then fills it with incidents.
 */
export const loadDemo = Effect.fn("loadDemo")(function*(demo: Demo) {
  const tenants = yield* Tenants
  if (Option.isSome(yield* tenants.bySlug(demo.document.tenant.slug))) return Option.none()
  const sql = yield* SqlClient.SqlClient
  const result = yield* sql.withTransaction(makeTenant(demo)).pipe(Effect.catchTag("SqlError", Effect.die))
  // Another server may have come first.
  return result.changes.some(({ kind }) => kind === "tenant") ? Option.some(result) : Option.none()
})

/** The document and the passwords in one transaction: a tenant that exists is complete. */
const makeTenant = Effect.fnUntraced(function*({ document, password }: Demo) {
  const users = yield* Users
  const result = yield* (yield* Setups).apply(document)
  const tenant = yield* (yield* Tenants).bySlug(document.tenant.slug).pipe(
    Effect.flatMap(Effect.fromOption),
    Effect.orDie
  )
  yield* Effect.gen(function*() {
    for (const { id } of yield* users.list) yield* Effect.orDie(users.setPassword(id, password))
    yield* standIn
  }).pipe(asTenant(tenant.id))
  return result
})

/** Whoever has the next turn stands in tomorrow, so that calendars show what an override looks like. */
const standIn = Effect.gen(function*() {
  const schedules = yield* Schedules
  const [first] = yield* schedules.list
  const layer = first?.layers[0]
  if (first === undefined || layer === undefined || layer.users.length < 2) return
  const now = yield* DateTime.now
  const [start, end] = [DateTime.add(now, { hours: 20 }), DateTime.add(now, { hours: 26 })]
  const turn = yield* schedules.onCallAt(first.id, start)
  const has = Option.match(turn, { onNone: () => -1, onSome: ({ userId }) => layer.users.indexOf(userId) })
  const userId = layer.users[(has + 1) % layer.users.length]!
  yield* Effect.orDie(schedules.addOverride(first.id, { userId, start, end }))
})
