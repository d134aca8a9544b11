import type { TeamId, UserId } from "@innkeeper/platform/api"
import { Option } from "effect"
import type { EscalationPolicyId, Target } from "../escalation/EscalationPolicy.ts"
import type { ScheduleId } from "../schedule/ScheduleId.ts"
import type { ServiceId } from "../service/Service.ts"
import { fold } from "./SetupNames.ts"
import type { SetupState, TargetName } from "./SetupState.ts"

const makeIndex = <Id>(known: ReadonlyArray<readonly [name: string, id: Id]>) => {
  const ids = new Map(known.map(([name, id]) => [fold(name), id]))
  return {
    /** A name that leads nowhere is a defect: the document was checked before. */
    get: (name: string): Id => Option.getOrThrow(Option.fromUndefinedOr(ids.get(fold(name)))),
    set: (name: string, id: Id): void => void ids.set(fold(name), id)
  }
}

const named = <Id>(things: ReadonlyArray<{ readonly name: string; readonly id: Id }>) =>
  makeIndex(things.map(({ id, name }) => [name, id] as const))

/** The ids behind the names of a document: of what is stored, and of what its steps make, as they are taken. */
export const makeIds = (state: SetupState) => {
  const users = makeIndex<UserId>(state.users.map(({ email, id }) => [email, id] as const))
  const schedules = named<ScheduleId>(state.schedules)
  return {
    users,
    schedules,
    teams: named<TeamId>(state.teams),
    policies: named<EscalationPolicyId>(state.policies),
    services: named<ServiceId>(state.services),
    target: (name: TargetName): Target =>
      "user" in name
        ? { kind: "user", id: users.get(name.user) }
        : { kind: "schedule", id: schedules.get(name.schedule) }
  }
}

export type SetupIds = ReturnType<typeof makeIds>
