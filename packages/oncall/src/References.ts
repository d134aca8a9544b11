import type { TeamId, UserId } from "@innkeeper/platform/api"
import { Unprocessable } from "@innkeeper/platform/api"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import type { EscalationPolicyId } from "./escalation/EscalationPolicy.ts"
import type { ScheduleId } from "./schedule/ScheduleId.ts"
import type { ServiceId } from "./service/Service.ts"

/** A place in a request that names something by its id. */
export interface Reference<Id extends string = string> {
  readonly path: ReadonlyArray<string | number>
  readonly id: Id
}

/** What a request may refer to. Rows are locked against deletion until the transaction ends. */
export interface References {
  readonly users?: ReadonlyArray<Reference<UserId>>
  readonly teams?: ReadonlyArray<Reference<TeamId>>
  readonly schedules?: ReadonlyArray<Reference<ScheduleId>>
  readonly policies?: ReadonlyArray<Reference<EscalationPolicyId>>
  readonly services?: ReadonlyArray<Reference<ServiceId>>
}

const tables = {
  users: ["user_account", "a person"],
  teams: ["team", "a team"],
  schedules: ["schedule", "a schedule"],
  policies: ["escalation_policy", "an escalation policy"],
  services: ["service", "a service"]
} as const

const kinds = Object.keys(tables) as ReadonlyArray<keyof References>

/** Fails with every reference that names nothing of the current tenant. */
export const checkReferences = Effect.fnUntraced(function*(references: References) {
  const sql = yield* SqlClient.SqlClient
  const errors = yield* Effect.forEach(kinds, (kind) =>
    Effect.gen(function*() {
      const named = references[kind] ?? []
      if (named.length === 0) return []
      const [table, what] = tables[kind]
      const rows = yield* sql<{ readonly id: string }>`
        SELECT id FROM ${sql(table)} WHERE id IN ${sql.in([...new Set(named.map(({ id }) => id))])} FOR KEY SHARE`
      const known = new Set(rows.map(({ id }) => id))
      return named.filter(({ id }) => !known.has(id))
        .map(({ path }) => ({ path, message: `expected the id of ${what} of this tenant` }))
    }))
  if (errors.flat().length > 0) return yield* new Unprocessable({ errors: errors.flat() })
})
