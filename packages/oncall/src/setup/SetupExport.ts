import { Schema } from "effect"
import { SetupDocument } from "./SetupDocument.ts"
import { momentOf } from "./SetupMoment.ts"
import { fold } from "./SetupNames.ts"
import type { SetupState } from "./SetupState.ts"

const decode = Schema.decodeUnknownSync(SetupDocument)

/** The people whom teams, rotations and policies name, by folded address. */
const namedIn = ({ policies, schedules, teams }: SetupState): ReadonlySet<string> =>
  new Set([
    ...teams.flatMap(({ leads, members }) => [...leads, ...members]),
    ...schedules.flatMap(({ layers }) => layers.flatMap(({ users }) => users)),
    ...policies.flatMap(({ lastResort, steps }) =>
      [...steps.flatMap(({ targets }) => targets), ...lastResort].flatMap((target) =>
        "user" in target ? [target.user] : []
      )
    )
  ].map(fold))

/**
 * The document that describes `state`: applied to it, it changes nothing. Left out are people who were deactivated and
 * whom nothing names, the overrides of all who were, as nobody can be given one then, integrations that were revoked, and
 * the keys of integrations, which are secrets.
 */
export const exportOf = (state: SetupState & { readonly tenant: NonNullable<SetupState["tenant"]> }): SetupDocument => {
  const named = namedIn(state)
  const users = state.users.filter(({ active, email }) => active || named.has(fold(email)))
  const inactive = new Set(state.users.filter(({ active }) => !active).map(({ email }) => fold(email)))
  return decode({
    tenant: state.tenant,
    users: users.map(({ active, contactMethods, email, name, platformAdmin, role, timeZone }) => ({
      email,
      name,
      role,
      timeZone,
      platformAdmin,
      ...(!active && { active }),
      contactMethods: contactMethods.map(({ address, kind }) => ({ kind, address }))
    })),
    teams: state.teams.map(({ leads, members, name, tags }) => ({ name, tags, leads, members })),
    schedules: state.schedules.map(({ layers, name, overrides, timeZone }) => ({
      name,
      timeZone,
      layers,
      overrides: overrides.filter(({ user }) => !inactive.has(fold(user))).map(({ end, start, user }) => ({
        user,
        start: momentOf(start, timeZone),
        end: momentOf(end, timeZone)
      }))
    })),
    escalationPolicies: state.policies.map((
      { acknowledgementTimeoutSeconds, lastResort, name, repeat, steps }
    ) => ({ name, steps, repeat, lastResort, acknowledgementTimeoutSeconds })),
    services: state.services.map(({ description, escalationPolicy, name, routingKey, team }) => ({
      name,
      description,
      team,
      routingKey,
      escalationPolicy
    })),
    integrations: state.integrations.filter(({ revoked }) => !revoked).map(({ kind, name, service }) => ({
      name,
      kind,
      service
    }))
  })
}
