import type { ContactMethod, Role, Team, TeamId, User, UserId } from "@innkeeper/platform/api"
import type { DateTime } from "effect"
import type { EscalationPolicy, EscalationPolicyId, Target } from "../escalation/EscalationPolicy.ts"
import type { Integration, IntegrationId, IntegrationKind } from "../integration/Integration.ts"
import type { Rotation } from "../schedule/Schedule.ts"
import type { ScheduleId } from "../schedule/ScheduleId.ts"
import type { ScheduleWithOverrides } from "../schedule/ScheduleStore.ts"
import type { Service, ServiceId } from "../service/Service.ts"

/** A person or a schedule, by the name it goes by. */
export type TargetName = { readonly schedule: string } | { readonly user: string }

/** What is stored of a tenant, in the words of a set-up document: names and addresses where rows have ids. */
export interface SetupState {
  readonly tenant: { readonly slug: string; readonly name: string; readonly timeZone: string } | null
  readonly users: ReadonlyArray<{
    readonly id: UserId
    readonly email: string
    readonly name: string
    readonly role: Role
    readonly timeZone: string
    readonly platformAdmin: boolean
    readonly active: boolean
    readonly contactMethods: ReadonlyArray<Pick<ContactMethod, "kind" | "address">>
  }>
  readonly teams: ReadonlyArray<{
    readonly id: TeamId
    readonly name: string
    readonly tags: ReadonlyArray<string>
    readonly leads: ReadonlyArray<string>
    readonly members: ReadonlyArray<string>
  }>
  readonly schedules: ReadonlyArray<{
    readonly id: ScheduleId
    readonly name: string
    readonly timeZone: string
    readonly layers: ReadonlyArray<{
      readonly name: string
      readonly rotation: Rotation
      readonly users: ReadonlyArray<string>
    }>
    /** Those that have not ended, in the order in which they were made. */
    readonly overrides: ReadonlyArray<{
      readonly user: string
      readonly start: DateTime.Utc
      readonly end: DateTime.Utc
    }>
  }>
  readonly policies: ReadonlyArray<{
    readonly id: EscalationPolicyId
    readonly name: string
    readonly steps: ReadonlyArray<{ readonly targets: ReadonlyArray<TargetName>; readonly timeoutSeconds: number }>
    readonly repeat: number
    readonly lastResort: ReadonlyArray<TargetName>
    readonly acknowledgementTimeoutSeconds: number | null
  }>
  readonly services: ReadonlyArray<{
    readonly id: ServiceId
    readonly name: string
    readonly description: string
    readonly team: string
    readonly routingKey: string
    readonly escalationPolicy: string
  }>
  readonly integrations: ReadonlyArray<{
    readonly id: IntegrationId
    readonly name: string
    readonly kind: IntegrationKind
    readonly service: string
    readonly key: string | null
    readonly revoked: boolean
  }>
}

export const emptyState: SetupState = {
  tenant: null,
  users: [],
  teams: [],
  schedules: [],
  policies: [],
  services: [],
  integrations: []
}

/** States what was read from the services. An id that leads nowhere is left out: nothing can be said about it. */
export const stateOf = (stored: {
  readonly tenant: NonNullable<SetupState["tenant"]>
  readonly users: ReadonlyArray<User>
  readonly teams: ReadonlyArray<Team>
  readonly schedules: ReadonlyArray<ScheduleWithOverrides>
  readonly policies: ReadonlyArray<EscalationPolicy>
  readonly services: ReadonlyArray<Service>
  readonly integrations: ReadonlyArray<Integration>
}): SetupState & { readonly tenant: NonNullable<SetupState["tenant"]> } => {
  const names = (things: ReadonlyArray<{ readonly id: string; readonly name: string }>) =>
    new Map(things.map(({ id, name }) => [id, name]))
  const emails = new Map<string, string>(stored.users.map(({ email, id }) => [id, email]))
  const scheduleNames = names(stored.schedules.map(({ schedule }) => schedule))
  const teamNames = names(stored.teams)
  const policyNames = names(stored.policies)
  const serviceNames = names(stored.services)
  const emailsOf = (ids: ReadonlyArray<string>) => ids.flatMap((id) => emails.get(id) ?? [])
  const targetNames = (targets: ReadonlyArray<Target>) =>
    targets.flatMap((target): ReadonlyArray<TargetName> => {
      const name = target.kind === "user" ? emails.get(target.id) : scheduleNames.get(target.id)
      return name === undefined ? [] : target.kind === "user" ? [{ user: name }] : [{ schedule: name }]
    })
  return {
    tenant: stored.tenant,
    users: stored.users.map(({ contactMethods, deactivatedAt, email, id, name, platformAdmin, role, timeZone }) => ({
      id,
      platformAdmin,
      email,
      name,
      role,
      timeZone,
      active: deactivatedAt === null,
      contactMethods
    })),
    teams: stored.teams.map(({ id, members, name, tags }) => ({
      id,
      name,
      tags,
      leads: emailsOf(members.filter(({ role }) => role === "lead").map(({ userId }) => userId)),
      members: emailsOf(members.filter(({ role }) => role === "member").map(({ userId }) => userId))
    })),
    schedules: stored.schedules.map(({ overrides, schedule }) => ({
      id: schedule.id,
      name: schedule.name,
      timeZone: schedule.timeZone,
      layers: schedule.layers.map(({ name, rotation, users }) => ({ name, rotation, users: emailsOf(users) })),
      overrides: overrides.flatMap(({ end, start, userId }) => {
        const user = emails.get(userId)
        return user === undefined ? [] : [{ user, start, end }]
      })
    })),
    policies: stored.policies.map(({ acknowledgementTimeoutSeconds, id, lastResort, name, repeat, steps }) => ({
      id,
      name,
      steps: steps.map(({ targets, timeoutSeconds }) => ({ targets: targetNames(targets), timeoutSeconds })),
      repeat,
      lastResort: targetNames(lastResort),
      acknowledgementTimeoutSeconds
    })),
    services: stored.services.map(({ description, escalationPolicyId, id, name, routingKey, teamId }) => ({
      id,
      name,
      description,
      team: teamNames.get(teamId) ?? "",
      routingKey,
      escalationPolicy: policyNames.get(escalationPolicyId) ?? ""
    })),
    integrations: stored.integrations.map(({ id, key, kind, name, revokedAt, serviceId }) => ({
      id,
      name,
      kind,
      service: serviceNames.get(serviceId) ?? "",
      key,
      revoked: revokedAt !== null
    }))
  }
}
