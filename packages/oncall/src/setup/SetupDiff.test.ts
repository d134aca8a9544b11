import { assert, describe, it } from "@effect/vitest"
import { DateTime, Equal, Result, Schema } from "effect"
import { after, documents } from "./SetupDiff.fixtures.ts"
import { diff } from "./SetupDiff.ts"
import { SetupDocument } from "./SetupDocument.ts"
import { exportOf } from "./SetupExport.ts"
import { emptyState, type SetupState } from "./SetupState.ts"
import { changeOf } from "./SetupStep.ts"

const now = DateTime.makeUnsafe("2026-01-01T00:00:00Z")
const steps = (document: SetupDocument, state: SetupState) => Result.getOrThrow(diff(document, state, now))
const made = (document: SetupDocument) => after(emptyState, steps(document, emptyState))
const exported = (state: SetupState) => exportOf({ ...state, tenant: state.tenant! })

describe("a document", () => {
  it.prop("that was applied asks for nothing more", [documents], ([document]) => {
    assert.deepStrictEqual(steps(document, made(document)).map(changeOf), [])
  })

  it.prop("that was exported asks for nothing", [documents], ([document]) => {
    const state = made(document)
    assert.deepStrictEqual(steps(exported(state), state).map(changeOf), [])
  })

  it.prop("that was exported makes an equal tenant elsewhere", [documents], ([document]) => {
    const state = made(document)
    assert.deepStrictEqual(exported(made(exported(state))), exported(state))
  })

  it.prop(
    "applied over another one is then as it says, and leaves the rest alone",
    [documents, documents],
    ([one, other]) => {
      const before = made(one)
      const result = diff(other, before, now)
      // A routing key may be taken by a service that the second document does not name.
      if (Result.isFailure(result)) {
        return assert.isTrue(result.failure.every(({ path }) => path.at(-1) === "routingKey" || path.at(-1) === "key"))
      }
      const state = after(before, result.success)
      assert.deepStrictEqual(steps(other, state).map(changeOf), [])
      const stated = new Set(other.services?.map(({ name }) => name.toLowerCase()))
      for (const service of before.services) {
        if (!stated.has(service.name.toLowerCase())) {
          assert.isTrue(
            state.services.some((kept) => Equal.equals(kept, service))
          )
        }
      }
    }
  )
})

const meridian = (lists: object) =>
  Schema.decodeSync(SetupDocument)({ tenant: { slug: "meridian", name: "Meridian" }, ...lists })

const ada = { email: "ada@example.com", name: "Ada", role: "responder" }
const week = {
  name: "Weeks",
  rotation: { unit: "week", every: 1, start: "2026-01-05T09:00" },
  users: ["ada@example.com"]
}
const primary = { name: "Primary", timeZone: "Europe/Berlin", layers: [week] }

const issues = (lists: object, state: SetupState = emptyState) => {
  const result = diff(meridian(lists), state, now)
  return Result.isFailure(result) ? result.failure.map(({ message, path }) => `${path.join(".")}: ${message}`) : []
}

const changes = (lists: object, state: SetupState) => steps(meridian(lists), state).map(changeOf)

describe("the issues of a document", () => {
  it("name every reference that leads nowhere, and what was expected", () => {
    assert.deepStrictEqual(
      issues({
        teams: [{ name: "Payments", leads: ["nobody@example.com"] }],
        schedules: [primary],
        escalationPolicies: [{
          name: "Standard",
          steps: [{ targets: [{ schedule: "Primary" }, { schedule: "Secondary" }], timeoutSeconds: 60 }]
        }],
        services: [{ name: "Checkout", team: "Payments", routingKey: "checkout", escalationPolicy: "Other" }],
        integrations: [{ name: "Prometheus", kind: "alertmanager", service: "Search" }]
      }),
      [
        "teams.0.leads.0: expected the email address of a person in this document or in the tenant, got \"nobody@example.com\"",
        "schedules.0.layers.0.users.0: expected the email address of a person in this document or in the tenant, got \"ada@example.com\"",
        "escalationPolicies.0.steps.0.targets.1.schedule: expected the name of a schedule in this document or in the tenant, got \"Secondary\"",
        "services.0.escalationPolicy: expected the name of an escalation policy in this document or in the tenant, got \"Other\"",
        "integrations.0.service: expected the name of a service in this document or in the tenant, got \"Search\""
      ]
    )
  })

  it("name what is there twice, whatever its case", () => {
    assert.deepStrictEqual(
      issues({
        users: [ada, { ...ada, email: "ADA@example.com" }],
        teams: [{ name: "Équipe" }, { name: "équipe" }, { name: "Both", leads: [ada.email], members: [ada.email] }]
      }).map((issue) => issue.split(":")[0]),
      ["users.1.email", "teams.1.name", "teams.2.members.0"]
    )
  })

  it("name overrides that end before they start or are too long", () => {
    const overrides = [
      { user: ada.email, start: "2026-02-02T09:00", end: "2026-02-01T09:00" },
      { user: ada.email, start: "2026-02-02T09:00", end: "2027-02-04T09:00" }
    ]
    assert.deepStrictEqual(issues({ users: [ada], schedules: [{ ...primary, overrides }] }), [
      "schedules.0.overrides.0.end: expected a time after `start`",
      "schedules.0.overrides.1.end: expected a time at most 366 days after `start`"
    ])
  })

  it("name a routing key that another service has, and an integration that was revoked", () => {
    const policy = { name: "Standard", steps: [{ targets: [{ user: ada.email }], timeoutSeconds: 60 }] }
    const service = (name: string) => ({ name, team: "Web", routingKey: "shop", escalationPolicy: "Standard" })
    const lists = { users: [ada], teams: [{ name: "Web" }], escalationPolicies: [policy] }
    const generic = { name: "Grafana", kind: "generic", service: "Shop" }
    const state = made(meridian({ ...lists, services: [service("Shop")], integrations: [generic] }))
    const revoked = { ...state, integrations: state.integrations.map((one) => ({ ...one, revoked: true })) }
    assert.deepStrictEqual(
      issues({ services: [service("Store")], integrations: [generic] }, revoked),
      [
        "services.0.routingKey: expected a routing key that is free, got that of \"Shop\"",
        "integrations.0.name: expected another name: this integration was revoked"
      ]
    )
  })
})

describe("a change", () => {
  const state = made(meridian({ users: [ada], schedules: [primary] }))

  it("names each field with what it is and what it shall be", () => {
    assert.deepStrictEqual(changes({ users: [{ ...ada, name: "Ada L.", role: "admin" }] }, state), [{
      action: "update",
      kind: "user",
      name: "ada@example.com",
      fields: [
        { field: "name", before: "Ada", after: "Ada L." },
        { field: "role", before: "responder", after: "admin" }
      ]
    }])
  })

  it("adds contact methods and takes none away", () => {
    const told = { ...ada, contactMethods: [{ kind: "email", address: "ada@example.com" }] }
    const reachable = made(meridian({ users: [told] }))
    const hook = { kind: "webhook", address: "https://example.com/hook" }
    const [step] = steps(meridian({ users: [{ ...ada, contactMethods: [hook] }] }), reachable)
    assert.deepStrictEqual(step?.kind === "user" && step.desired.contactMethods, [{
      ...hook,
      kind: "webhook",
      index: 0
    }])
  })

  it("leaves out overrides that have ended", () => {
    const overrides = [{ user: ada.email, start: "2025-12-01T09:00", end: "2025-12-02T09:00" }]
    assert.deepStrictEqual(changes({ schedules: [{ ...primary, overrides }] }, state), [])
  })

  it("reads the times of overrides in the zone of the schedule", () => {
    const overrides = [{ user: ada.email, start: "2026-07-01T09:00", end: "2026-07-02T09:00" }]
    const [step] = steps(meridian({ schedules: [{ ...primary, overrides }] }), state)
    assert.strictEqual(
      step?.kind === "schedule" && DateTime.formatIso(step.desired.overrides[0]!.start),
      "2026-07-01T07:00:00.000Z"
    )
  })

  it("moves a person from the members to the leads when only the leads are stated", () => {
    const team = made(meridian({ users: [ada], teams: [{ name: "Web", members: [ada.email] }] }))
    const [step] = steps(meridian({ teams: [{ name: "Web", leads: [ada.email] }] }), team)
    assert.deepStrictEqual(step?.kind === "team" && [step.desired.leads, step.desired.members], [[ada.email], []])
  })
})
