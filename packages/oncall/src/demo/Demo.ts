import { asTenant, CurrentTenant } from "@innkeeper/database"
import { Tenants, Users } from "@innkeeper/platform"
import { Actor } from "@innkeeper/platform/api"
import { DateTime, type Duration, Effect, Option, type Redacted, Schedule, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Alerts } from "../alert/Alerts.ts"
import { EscalationPolicies } from "../escalation/EscalationPolicies.ts"
import type { IncidentId } from "../incident/Incident.ts"
import { Incidents } from "../incident/Incidents.ts"
import { fromGeneric, GenericAlert } from "../integration/Generic.ts"
import { Integrations } from "../integration/Integrations.ts"
import { Schedules } from "../schedule/Schedules.ts"
import { Services } from "../service/Services.ts"
import type { SetupDocument } from "../setup/SetupDocument.ts"
import { Setups } from "../setup/Setups.ts"
import { type Move, type Scene, story } from "./Story.ts"

const encode = Schema.encodeSync(GenericAlert)

/**
 * Makes the tenant of a document, lets its people sign in with `password`, and plays {@link story} there. Does nothing,
 * and gives none, when the tenant exists. What the story needs and the document does not have, it leaves out. People in
 * the story answer when they were paged, or after `patience` (15 seconds).
 */
export const loadDemo = Effect.fn("loadDemo")(
  function*(options: {
    readonly document: SetupDocument
    readonly password: Redacted.Redacted<string>
    readonly patience?: Duration.Input
  }) {
    const { document, password, patience = "15 seconds" } = options
    const tenants = yield* Tenants
    const found = yield* tenants.bySlug(document.tenant.slug)
    if (Option.isSome(found)) return Option.none()
    const sql = yield* SqlClient.SqlClient
    const result = yield* sql.withTransaction(makeTenant(document, password)).pipe(
      Effect.catchTag("SqlError", Effect.die)
    )
    const { id } = yield* tenants.bySlug(document.tenant.slug).pipe(Effect.flatMap(Effect.fromOption), Effect.orDie)
    // Another server may have come first.
    if (result.changes.some(({ kind }) => kind === "tenant")) {
      yield* Effect.forEach(story, (scene) => play(scene, patience), { concurrency: "unbounded", discard: true }).pipe(
        asTenant(id)
      )
    }
    return Option.some(result)
  }
)

/** The document and the passwords in one transaction: a tenant that exists is complete. */
const makeTenant = Effect.fnUntraced(function*(document: SetupDocument, password: Redacted.Redacted<string>) {
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

/** Somebody stands in for somebody else tomorrow, so that calendars show what an override looks like. */
const standIn = Effect.gen(function*() {
  const schedules = yield* Schedules
  const [first] = yield* schedules.list
  const userId = first?.layers[0]?.users[1]
  if (first === undefined || userId === undefined) return
  const now = yield* DateTime.now
  const override = { userId, start: DateTime.add(now, { hours: 20 }), end: DateTime.add(now, { hours: 26 }) }
  yield* Effect.orDie(schedules.addOverride(first.id, override))
})

const play = Effect.fnUntraced(function*(scene: Scene, patience: Duration.Input) {
  const incidentId = yield* trigger(scene)
  if (incidentId === undefined) return
  if (scene.moves.some(({ kind }) => kind === "acknowledge")) yield* pageOf(incidentId, patience)
  const by = yield* responder(incidentId)
  if (by === undefined) return
  yield* Effect.forEach(scene.moves, (move) => make(move, incidentId, by), { discard: true })
})

/** Sends the alerts of a scene as its integration would, one after the other. */
const trigger = Effect.fnUntraced(function*(scene: Scene) {
  const tenant = yield* CurrentTenant
  const alerts = yield* Alerts
  const integration = (yield* (yield* Integrations).list(false)).find(({ kind }) => kind === scene.by)
  const service = (yield* (yield* Services).list).find(({ routingKey }) => routingKey === scene.service)
  if (integration === undefined || service === undefined) return
  const actor = new Actor({ kind: "integration", id: integration.id, name: integration.name })
  const ids = yield* Effect.forEach(scene.alerts, (alert) =>
    alerts.accept(tenant.id, [{
      integrationId: integration.id,
      actor,
      serviceId: service.id,
      alert: fromGeneric(alert, encode(alert))
    }]))
  return ids.flat().find((id) => id !== null)
})

/** Waits until a page has gone out, but not for ever: no notifier may run yet. */
const pageOf = Effect.fnUntraced(function*(id: IncidentId, patience: Duration.Input) {
  const incidents = yield* Incidents
  yield* Effect.orDie(incidents.notifications(id)).pipe(
    Effect.repeat({
      until: (pages) => pages.some(({ status }) => status === "sent"),
      schedule: Schedule.spaced("100 millis")
    }),
    Effect.timeoutOption(patience)
  )
})

/** Whoever was paged, else the first who may answer. */
const responder = Effect.fnUntraced(function*(id: IncidentId) {
  const { paged } = yield* Effect.orDie((yield* Incidents).get(id))
  const users = yield* (yield* Users).list
  const person = users.find((user) => user.id === paged[0]?.id) ?? users.find(({ role }) => role !== "observer")
  return person === undefined ? undefined : new Actor({ kind: "user", id: person.id, name: person.name })
})

const make = Effect.fnUntraced(function*(move: Move, id: IncidentId, by: Actor) {
  const incidents = yield* Incidents
  switch (move.kind) {
    case "acknowledge":
      return yield* incidents.acknowledge(id, by)
    case "note":
      return yield* incidents.note(id, by, move.text)
    case "priority":
      return yield* incidents.setPriority(id, by, move.priority)
    case "resolve":
      return yield* incidents.resolve(id, by, move.note)
    case "reassign": {
      const policy = (yield* (yield* EscalationPolicies).list).find(({ name }) => name === move.policy)
      if (policy !== undefined) return yield* incidents.reassign(id, by, { kind: "policy", id: policy.id })
    }
  }
}, Effect.orDie)
