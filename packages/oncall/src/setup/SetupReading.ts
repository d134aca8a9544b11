import { Teams, Tenants, Users } from "@innkeeper/platform"
import { type DateTime, Effect } from "effect"
import { EscalationPolicies } from "../escalation/EscalationPolicies.ts"
import { Integrations } from "../integration/Integrations.ts"
import { findWithOverrides } from "../schedule/ScheduleStore.ts"
import { Services } from "../service/Services.ts"
import { stateOf } from "./SetupState.ts"

/** Reads everything of the current tenant that a document can state. Overrides that ended before `now` are left out. */
export const makeReading = Effect.gen(function*() {
  const tenants = yield* Tenants
  const users = yield* Users
  const teams = yield* Teams
  const policies = yield* EscalationPolicies
  const services = yield* Services
  const integrations = yield* Integrations
  return Effect.fnUntraced(function*(now: DateTime.Utc) {
    const { name, slug, timeZone } = yield* tenants.current
    return stateOf({
      tenant: { slug, name, timeZone },
      users: yield* users.list,
      teams: yield* teams.list,
      schedules: yield* findWithOverrides({ from: now }),
      policies: yield* policies.list,
      services: yield* services.list,
      integrations: yield* integrations.list(true)
    })
  })
})
