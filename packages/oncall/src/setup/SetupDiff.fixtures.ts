/** Documents that are consistent in themselves, and what a tenant holds after a document was applied. Tests only. */
import { ContactMethodId, TeamId, UserId } from "@innkeeper/platform/api"
import { Arbitrary, Schema } from "effect"
import { EscalationPolicyId } from "../escalation/EscalationPolicy.ts"
import { IntegrationId } from "../integration/Integration.ts"
import { ScheduleId } from "../schedule/ScheduleId.ts"
import { ServiceId } from "../service/Service.ts"
import { SetupDocument } from "./SetupDocument.ts"
import type { SetupState } from "./SetupState.ts"
import type { SetupStep } from "./SetupStep.ts"

const emails = ["ada@example.com", "Ben@Example.com", "cleo@example.com", "dan@example.com"] as const
const names = ["Primary", "second line", "Zürich", "夜班"] as const

const pick = <const Values extends ReadonlyArray<string | number>>(values: Values) =>
  Arbitrary.schema(Schema.Literals(values))
const flag = Arbitrary.schema(Schema.Boolean)

/** Some of the values, in their order. */
const some = <const A>(values: ReadonlyArray<A>, atLeast = 0) =>
  Arbitrary.array(flag, { minLength: values.length, maxLength: values.length }).pipe(
    Arbitrary.map((flags) => values.filter((_, index) => flags[index] === true || index < atLeast))
  )

/** Present or not: an optional field of a document. */
const maybe = <A>(value: Arbitrary.Arbitrary<A>) =>
  Arbitrary.all([flag, value]).pipe(Arbitrary.map(([present, inner]) => present ? inner : undefined))

const defined = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

const randomCase = pick(["as it is", "upper", "lower"]).pipe(
  Arbitrary.map((how) => (text: string) =>
    how === "upper" ? text.toUpperCase() : how === "lower" ? text.toLowerCase() : text
  )
)

const zones = ["Europe/Berlin", "America/New_York", "UTC"] as const
const moments = [
  "2026-02-01T09:00",
  "2026-03-29T02:30",
  "2026-10-24T02:30",
  "2026-10-25T01:30:00Z",
  "2026-11-01T06:30:15Z",
  "2026-12-24T18:00"
]

const usersFor = (chosen: ReadonlyArray<string>) =>
  Arbitrary.all(chosen.map((email) =>
    Arbitrary.all({
      name: pick(["Ada", "Ben"]),
      role: pick(["admin", "responder", "observer"]),
      timeZone: maybe(pick(zones)),
      platformAdmin: maybe(flag),
      active: maybe(flag),
      contactMethods: maybe(some([
        { kind: "email", address: email },
        { kind: "webhook", address: "https://example.com/hook" }
      ]))
    }).pipe(Arbitrary.map((fields) => ({ email, ...defined(fields) })))
  ))

const targetsFor = (people: ReadonlyArray<string>, schedules: ReadonlyArray<string>) =>
  some([...people.map((user) => ({ user })), ...schedules.map((schedule) => ({ schedule }))], 1)

/** Documents whose references all lead to something in the document, sometimes written in another case. */
export const documents: Arbitrary.Arbitrary<SetupDocument> = Arbitrary.all({
  people: some(emails, 1),
  schedules: some(names),
  policies: some(names, 1),
  teams: some(names, 1),
  services: some(names),
  integrations: some(names),
  spell: randomCase
}).pipe(Arbitrary.flatMap((chosen) => {
  const spelled = chosen.people.map(chosen.spell)
  const each = <A>(list: ReadonlyArray<string>, make: (name: string, index: number) => Arbitrary.Arbitrary<A>) =>
    Arbitrary.all(list.map(make))
  return Arbitrary.all({
    timeZone: maybe(pick(zones)),
    users: usersFor(chosen.people),
    teams: each(
      chosen.teams,
      (name) =>
        Arbitrary.all({
          leads: maybe(some(spelled.slice(0, 1))),
          members: maybe(some(spelled.slice(1))),
          tags: maybe(some(["a", "b"]))
        })
          .pipe(Arbitrary.map((fields) => ({ name, ...defined(fields) })))
    ),
    schedules: each(chosen.schedules, (name) =>
      Arbitrary.all({
        timeZone: pick(zones),
        layers: Arbitrary.array(
          Arbitrary.all({
            unit: pick(["day", "week"]),
            every: pick([1, 2]),
            users: some(spelled, 1)
          }).pipe(Arbitrary.map(({ every, unit, users }) => ({
            name: "Layer",
            rotation: { unit, every, start: "2026-01-05T09:00" },
            users
          }))),
          { maxLength: 2 }
        ),
        overrides: maybe(
          some(moments.slice(1).map((end, index) => ({ user: spelled[0]!, start: moments[index]!, end })))
        )
      }).pipe(Arbitrary.map((fields) => ({ name, ...defined(fields) })))),
    escalationPolicies: each(chosen.policies, (name) =>
      Arbitrary.all({
        steps: Arbitrary.array(
          Arbitrary.all({ targets: targetsFor(spelled, chosen.schedules), timeoutSeconds: pick([60, 300]) }),
          { minLength: 1, maxLength: 3 }
        ),
        repeat: maybe(pick([0, 2])),
        lastResort: maybe(targetsFor(spelled, [])),
        acknowledgementTimeoutSeconds: maybe(Arbitrary.schema(Schema.NullOr(Schema.Literals([60, 3600]))))
      }).pipe(Arbitrary.map((fields) => ({ name, ...defined(fields) })))),
    services: each(
      chosen.services,
      (name, index) =>
        Arbitrary.all({
          description: maybe(pick(["", "Takes orders"])),
          team: pick(chosen.teams),
          escalationPolicy: pick(chosen.policies)
        })
          .pipe(Arbitrary.map((fields) => ({ name, routingKey: `service-${index}`, ...defined(fields) })))
    ),
    integrations: each(chosen.services.length === 0 ? [] : chosen.integrations, (name, index) =>
      Arbitrary.all({
        kind: pick(["generic", "alertmanager", "pagerduty"]),
        service: pick(chosen.services),
        key: maybe(pick([`${index}`.repeat(32)]))
      }).pipe(Arbitrary.map((fields) => ({ name, ...defined(fields) }))))
  }).pipe(
    Arbitrary.map(({ timeZone, ...lists }) =>
      Schema.decodeUnknownSync(SetupDocument)({
        tenant: { slug: "meridian", name: "Meridian", ...defined({ timeZone }) },
        ...lists
      })
    )
  )
}))

const id = (kind: number, of: number) => `00000000-0000-4000-8000-${kind}${String(of).padStart(11, "0")}`

const put = <Thing extends { readonly id: string }>(things: ReadonlyArray<Thing>, thing: Thing): ReadonlyArray<Thing> =>
  things.some((other) => other.id === thing.id)
    ? things.map((other) => other.id === thing.id ? thing : other)
    : [...things, thing]

/** What is stored after the steps were taken, as the services would do it. */
export const after = (state: SetupState, steps: ReadonlyArray<SetupStep>): SetupState => steps.reduce(take, state)

const take = (state: SetupState, step: SetupStep): SetupState => {
  switch (step.kind) {
    case "tenant":
      return {
        ...state,
        tenant: { slug: step.name, name: step.desired.name, timeZone: step.desired.timeZone ?? "UTC" }
      }
    case "user": {
      const old = state.users.find((user) => user.id === step.id)
      const { contactMethods, ...desired } = step.desired
      return {
        ...state,
        users: put(state.users, {
          ...desired,
          id: step.id ?? UserId.make(id(1, state.users.length)),
          email: old?.email ?? desired.email,
          timeZone: desired.timeZone ?? "UTC",
          contactMethods: [
            ...(old?.contactMethods ?? []),
            ...contactMethods.map(({ address, kind }) => ({ id: ContactMethodId.make(id(2, 0)), kind, address }))
          ]
        })
      }
    }
    case "team":
      return {
        ...state,
        teams: put(state.teams, { ...step.desired, id: step.id ?? TeamId.make(id(3, state.teams.length)) })
      }
    case "schedule": {
      const old = state.schedules.find((schedule) => schedule.id === step.id)
      return {
        ...state,
        schedules: put(state.schedules, {
          ...step.desired,
          id: step.id ?? ScheduleId.make(id(4, state.schedules.length)),
          overrides: [...(old?.overrides ?? []), ...step.desired.overrides]
        })
      }
    }
    case "escalation policy":
      return {
        ...state,
        policies: put(state.policies, {
          ...step.desired,
          id: step.id ?? EscalationPolicyId.make(id(5, state.policies.length))
        })
      }
    case "service":
      return {
        ...state,
        services: put(state.services, { ...step.desired, id: step.id ?? ServiceId.make(id(6, state.services.length)) })
      }
    case "integration":
      return {
        ...state,
        integrations: put(state.integrations, {
          ...step.desired,
          id: step.id ?? IntegrationId.make(id(7, state.integrations.length)),
          key: step.desired.key ?? "z".repeat(32),
          revoked: false
        })
      }
  }
}
