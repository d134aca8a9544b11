/** For each kind of thing: the step that makes what is stored as the document states it, when one is needed. */
import { DateTime, Equal, type Schema } from "effect"
import type { SetupDocument } from "./SetupDocument.ts"
import { instantOf, momentOf, type SetupMoment } from "./SetupMoment.ts"
import { fold } from "./SetupNames.ts"
import type { SetupState, TargetName } from "./SetupState.ts"
import type { SetupStep } from "./SetupStep.ts"

type Stated<List extends Exclude<keyof SetupDocument, "tenant">> = NonNullable<SetupDocument[List]>[number]
type Stored<List extends Exclude<keyof SetupState, "tenant">> = SetupState[List][number] | undefined

/** A field: what it is, what it shall be, and whether these are the same where the letter does not tell. */
type Field = readonly [field: string, before: Schema.Json, after: Schema.Json, same?: boolean]

const differing = (stored: object | null | undefined, fields: ReadonlyArray<Field>): SetupStep["fields"] =>
  stored === undefined || stored === null
    ? []
    : fields
      .filter(([, before, after, same]) => !(same ?? Equal.equals(before, after)))
      .map(([field, before, after]) => ({ field, before, after }))

/** The step, unless the thing is stored as it shall be. */
const needed = (step: SetupStep): ReadonlyArray<SetupStep> => step.id !== null && step.fields.length === 0 ? [] : [step]

const sameMembers = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): boolean =>
  Equal.equals(before.map(fold).toSorted(), after.map(fold).toSorted())

export const tenantStep = ({ name, slug, timeZone }: SetupDocument["tenant"], stored: SetupState["tenant"]) =>
  needed({
    kind: "tenant",
    id: stored?.slug ?? null,
    name: slug,
    fields: differing(stored, [
      ["name", stored?.name ?? null, name],
      ["timeZone", stored?.timeZone ?? null, timeZone ?? stored?.timeZone ?? null]
    ]),
    desired: { name, timeZone: timeZone ?? stored?.timeZone },
    path: ["tenant"]
  })

export const userStep = (stated: Stated<"users">, stored: Stored<"users">, index: number) => {
  const known = stored?.contactMethods ?? []
  const contactMethods = (stated.contactMethods ?? [])
    .map((method, index) => ({ ...method, index }))
    .filter(({ address, kind }) =>
      !known.some((method) => method.kind === kind && sameAddress(kind, method.address, address))
    )
  const told = (methods: ReadonlyArray<{ readonly kind: string; readonly address: string }>) =>
    methods.map(({ address, kind }) => `${kind} ${address}`)
  const timeZone = stated.timeZone ?? stored?.timeZone
  const platformAdmin = stated.platformAdmin ?? stored?.platformAdmin ?? false
  const active = stated.active ?? stored?.active ?? true
  return needed({
    kind: "user",
    id: stored?.id ?? null,
    name: stated.email,
    fields: differing(stored, [
      ["name", stored?.name ?? null, stated.name],
      ["role", stored?.role ?? null, stated.role],
      ["timeZone", stored?.timeZone ?? null, timeZone ?? null],
      ["platformAdmin", stored?.platformAdmin ?? null, platformAdmin],
      ["active", stored?.active ?? null, active],
      ["contactMethods", told(known), told([...known, ...contactMethods])]
    ]),
    desired: {
      email: stated.email,
      name: stated.name,
      role: stated.role,
      timeZone,
      platformAdmin,
      active,
      invite: stated.invite ?? false,
      contactMethods
    },
    path: ["users", index]
  })
}

const sameAddress = (kind: "email" | "webhook", one: string, other: string): boolean =>
  kind === "email" ? fold(one) === fold(other) : one === other

export const teamStep = (stated: Stated<"teams">, stored: Stored<"teams">, index: number) => {
  // Somebody who is named in one list leaves the other.
  const without = (emails: ReadonlyArray<string>, named: ReadonlyArray<string> = []) =>
    emails.filter((email) => !named.some((other) => fold(other) === fold(email)))
  const tags = stated.tags ?? stored?.tags ?? []
  const leads = stated.leads ?? without(stored?.leads ?? [], stated.members)
  const members = stated.members ?? without(stored?.members ?? [], stated.leads)
  return needed({
    kind: "team",
    id: stored?.id ?? null,
    name: stated.name,
    fields: differing(stored, [
      ["name", stored?.name ?? null, stated.name],
      ["tags", stored?.tags ?? [], tags],
      ["leads", stored?.leads ?? [], leads, sameMembers(stored?.leads ?? [], leads)],
      ["members", stored?.members ?? [], members, sameMembers(stored?.members ?? [], members)]
    ]),
    desired: { name: stated.name, tags, leads, members },
    path: ["teams", index]
  })
}

export const scheduleStep = (
  stated: Stated<"schedules">,
  stored: Stored<"schedules">,
  index: number,
  now: DateTime.Utc
) => {
  type Layers = ReadonlyArray<
    Stated<"schedules">["layers"][number] | NonNullable<Stored<"schedules">>["layers"][number]
  >
  const folded = (layers: Layers) => layers.map((layer) => ({ ...layer, users: layer.users.map(fold) }))
  const key = ({ end, start, user }: SetupMoment) =>
    `${fold(user)} ${DateTime.formatIso(start)} ${DateTime.formatIso(end)}`
  const known = stored?.overrides ?? []
  const keys = new Set(known.map(key))
  const overrides = overridesOf(stated).filter((moment) =>
    DateTime.isGreaterThan(moment.end, now) && !keys.has(key(moment)) && keys.add(key(moment)).size > 0
  )
  const told = (moments: ReadonlyArray<SetupMoment>) =>
    moments.map(({ end, start, user }) =>
      `${user} ${momentOf(start, stated.timeZone)} to ${momentOf(end, stated.timeZone)}`
    )
  const layers = stored?.layers ?? []
  return needed({
    kind: "schedule",
    id: stored?.id ?? null,
    name: stated.name,
    fields: differing(stored, [
      ["name", stored?.name ?? null, stated.name],
      ["timeZone", stored?.timeZone ?? null, stated.timeZone],
      ["layers", layers, stated.layers, Equal.equals(folded(layers), folded(stated.layers))],
      ["overrides", told(known), told([...known, ...overrides])]
    ]),
    desired: { name: stated.name, timeZone: stated.timeZone, layers: stated.layers, overrides },
    path: ["schedules", index]
  })
}

export const overridesOf = ({ overrides = [], timeZone }: Stated<"schedules">) =>
  overrides.map(({ end, start, user }, index) => ({
    user,
    start: instantOf(start, timeZone),
    end: instantOf(end, timeZone),
    index
  }))

export const policyStep = (stated: Stated<"escalationPolicies">, stored: Stored<"policies">, index: number) => {
  const target = (name: TargetName): TargetName =>
    "user" in name ? { user: fold(name.user) } : { schedule: fold(name.schedule) }
  const folded = (steps: NonNullable<Stored<"policies">>["steps"]) =>
    steps.map(({ targets, timeoutSeconds }) => ({ targets: targets.map(target), timeoutSeconds }))
  const repeat = stated.repeat ?? stored?.repeat ?? 0
  const lastResort = stated.lastResort ?? stored?.lastResort ?? []
  const expiry = stated.acknowledgementTimeoutSeconds === undefined
    ? stored?.acknowledgementTimeoutSeconds ?? null
    : stated.acknowledgementTimeoutSeconds
  const before = { steps: stored?.steps ?? [], lastResort: stored?.lastResort ?? [] }
  return needed({
    kind: "escalation policy",
    id: stored?.id ?? null,
    name: stated.name,
    fields: differing(stored, [
      ["name", stored?.name ?? null, stated.name],
      ["steps", before.steps, stated.steps, Equal.equals(folded(before.steps), folded(stated.steps))],
      ["repeat", stored?.repeat ?? null, repeat],
      [
        "lastResort",
        before.lastResort,
        lastResort,
        Equal.equals(before.lastResort.map(target), lastResort.map(target))
      ],
      ["acknowledgementTimeoutSeconds", stored?.acknowledgementTimeoutSeconds ?? null, expiry]
    ]),
    desired: { name: stated.name, steps: stated.steps, repeat, lastResort, acknowledgementTimeoutSeconds: expiry },
    path: ["escalationPolicies", index]
  })
}

export const serviceStep = (stated: Stated<"services">, stored: Stored<"services">, index: number) => {
  const description = stated.description ?? stored?.description ?? ""
  const { escalationPolicy, name, routingKey, team } = stated
  return needed({
    kind: "service",
    id: stored?.id ?? null,
    name,
    fields: differing(stored, [
      ["name", stored?.name ?? null, name],
      ["description", stored?.description ?? null, description],
      ["team", stored?.team ?? null, team, fold(stored?.team ?? "") === fold(team)],
      ["routingKey", stored?.routingKey ?? null, routingKey],
      [
        "escalationPolicy",
        stored?.escalationPolicy ?? null,
        escalationPolicy,
        fold(stored?.escalationPolicy ?? "") === fold(escalationPolicy)
      ]
    ]),
    desired: { name, description, team, routingKey, escalationPolicy },
    path: ["services", index]
  })
}

export const integrationStep = (stated: Stated<"integrations">, stored: Stored<"integrations">, index: number) =>
  needed({
    kind: "integration",
    id: stored?.id ?? null,
    name: stated.name,
    fields: differing(stored, [
      ["name", stored?.name ?? null, stated.name],
      ["kind", stored?.kind ?? null, stated.kind],
      ["service", stored?.service ?? null, stated.service, fold(stored?.service ?? "") === fold(stated.service)]
    ]),
    desired: { name: stated.name, kind: stated.kind, service: stated.service, key: stated.key },
    path: ["integrations", index]
  })
