import type { CurrentTenant } from "@innkeeper/database"
import { Sessions, Teams, Tenants, Users } from "@innkeeper/platform"
import { type Conflict, type NotFound, Unprocessable } from "@innkeeper/platform/api"
import { Array, Effect } from "effect"
import { EscalationPolicies } from "../escalation/EscalationPolicies.ts"
import { Integrations } from "../integration/Integrations.ts"
import { Schedules } from "../schedule/Schedules.ts"
import { Services } from "../service/Services.ts"
import type { SetupResult } from "./SetupDocument.ts"
import type { SetupIds } from "./SetupIds.ts"
import { changesField, type SetupStep } from "./SetupStep.ts"

type Step<Kind extends SetupStep["kind"]> = Extract<SetupStep, { readonly kind: Kind }>
type Refusal = Conflict | Unprocessable | NotFound

/** A link by which a person who was created gets in. */
export interface Invitation {
  readonly user: string
  readonly name: string
  readonly url: string
  /** Whether the document asks to mail it. */
  readonly mail: boolean
}

/** What a step made that is told once. */
export interface Told {
  readonly webhookSecrets: SetupResult["webhookSecrets"]
  readonly invitations: ReadonlyArray<Invitation>
}

const nothing: Told = { webhookSecrets: [], invitations: [] }

/** Says a service's refusal at the place of the document that caused it; at `field`, when only that can be the cause. */
const at = (path: SetupStep["path"], field?: string) =>
  Effect.mapError((error: Refusal) => {
    const issue = (rest: ReadonlyArray<string | number>, message: string) => ({
      path: [...path, ...field === undefined ? rest : [field]],
      message
    })
    switch (error._tag) {
      case "Unprocessable":
        return new Unprocessable({ errors: error.errors.map(({ message, path }) => issue(path.slice(1), message)) })
      case "Conflict":
        return new Unprocessable({
          errors: [issue(error.field === undefined ? [] : [error.field], error.detail ?? error.title)]
        })
      case "NotFound":
        return new Unprocessable({ errors: [issue([], `expected a ${error.resource} that nobody removes meanwhile`)] })
    }
  })

/** Takes a step through the service that owns the thing, and enters its id among `ids`. */
export const makeWriting = Effect.gen(function*() {
  const tenants = yield* Tenants
  const users = yield* Users
  const teams = yield* Teams
  const sessions = yield* Sessions
  const schedules = yield* Schedules
  const policies = yield* EscalationPolicies
  const services = yield* Services
  const integrations = yield* Integrations

  const writeUser = Effect.fnUntraced(function*(step: Step<"user">, ids: SetupIds) {
    const { desired, id, path } = step
    const { active, contactMethods, email, invite, name, platformAdmin, role, timeZone } = desired
    const fields = { name, role, platformAdmin, ...timeZone !== undefined && { timeZone } }
    const writing = id === null
      ? users.create({ email, ...fields })
      : users.update(id, { ...fields, ...changesField(step, "active") && { active } })
    const user = yield* writing.pipe(at(path))
    if (id === null && !active) yield* users.update(user.id, { active }).pipe(at(path))
    ids.users.set(email, user.id)
    const secrets = yield* Effect.forEach(
      contactMethods,
      ({ address, index, kind }) =>
        users.addContactMethod(user.id, { kind, address }).pipe(
          at([...path, "contactMethods", index], "address"),
          Effect.map(({ secret }) => secret === null ? [] : [{ user: email, address, secret }])
        )
    )
    return {
      webhookSecrets: secrets.flat(),
      invitations: id === null && active
        ? [{ user: email, name, url: yield* sessions.makeInvitation(user.id), mail: invite }]
        : []
    }
  })

  const writeTeam = Effect.fnUntraced(function*({ desired, id, path }: Step<"team">, ids: SetupIds) {
    const input = {
      name: desired.name,
      tags: desired.tags,
      members: [
        ...desired.leads.map((email) => ({ userId: ids.users.get(email), role: "lead" as const })),
        ...desired.members.map((email) => ({ userId: ids.users.get(email), role: "member" as const }))
      ]
    }
    const team = yield* (id === null ? teams.create(input) : teams.replace(id, input)).pipe(at(path))
    ids.teams.set(team.name, team.id)
    return nothing
  })

  const writeSchedule = Effect.fnUntraced(function*({ desired, id, path }: Step<"schedule">, ids: SetupIds) {
    const { layers, name, overrides, timeZone } = desired
    const input = {
      name,
      timeZone,
      layers: layers.map((layer) => ({ ...layer, users: Array.map(layer.users, ids.users.get) }))
    }
    const schedule = yield* (id === null ? schedules.create(input) : schedules.replace(id, input)).pipe(at(path))
    ids.schedules.set(name, schedule.id)
    yield* Effect.forEach(
      overrides,
      ({ end, index, start, user }) =>
        schedules.addOverride(schedule.id, { userId: ids.users.get(user), start, end }).pipe(
          at([...path, "overrides", index])
        ),
      { discard: true }
    )
    return nothing
  })

  const writePolicy = Effect.fnUntraced(function*({ desired, id, path }: Step<"escalation policy">, ids: SetupIds) {
    const { lastResort, steps, ...rest } = desired
    const input = {
      ...rest,
      steps: Array.map(steps, ({ targets, timeoutSeconds }) => ({
        targets: Array.map(targets, ids.target),
        timeoutSeconds
      })),
      lastResort: lastResort.map(ids.target)
    }
    const policy = yield* (id === null ? policies.create(input) : policies.replace(id, input)).pipe(at(path))
    ids.policies.set(policy.name, policy.id)
    return nothing
  })

  const writeService = Effect.fnUntraced(function*({ desired, id, path }: Step<"service">, ids: SetupIds) {
    const { escalationPolicy, team, ...rest } = desired
    const input = { ...rest, teamId: ids.teams.get(team), escalationPolicyId: ids.policies.get(escalationPolicy) }
    const service = yield* (id === null ? services.create(input) : services.replace(id, input)).pipe(at(path))
    ids.services.set(service.name, service.id)
    return nothing
  })

  const writeIntegration = Effect.fnUntraced(function*({ desired, id, path }: Step<"integration">, ids: SetupIds) {
    const { key, kind, name, service } = desired
    const input = { name, kind, serviceId: ids.services.get(service) }
    // Names were compared before, so a conflict is about the key, which another tenant may have.
    yield* (id === null ? integrations.create(input, key) : integrations.replace(id, input)).pipe(
      at(path, key === undefined ? undefined : "key")
    )
    return nothing
  })

  return (step: SetupStep, ids: SetupIds): Effect.Effect<Told, Unprocessable, CurrentTenant> => {
    switch (step.kind) {
      case "tenant":
        return Effect.as(
          tenants.rename({ name: step.desired.name, timeZone: step.desired.timeZone ?? "UTC" }),
          nothing
        )
      case "user":
        return writeUser(step, ids)
      case "team":
        return writeTeam(step, ids)
      case "schedule":
        return writeSchedule(step, ids)
      case "escalation policy":
        return writePolicy(step, ids)
      case "service":
        return writeService(step, ids)
      case "integration":
        return writeIntegration(step, ids)
    }
  }
})
