import { CurrentTenant } from "@innkeeper/database"
import { Users } from "@innkeeper/platform"
import { Actor } from "@innkeeper/platform/api"
import { type Duration, Effect, Schedule, Schema } from "effect"
import { Alerts } from "../alert/Alerts.ts"
import { EscalationPolicies } from "../escalation/EscalationPolicies.ts"
import type { IncidentId } from "../incident/Incident.ts"
import { Incidents } from "../incident/Incidents.ts"
import { fromGeneric } from "../integration/Generic.ts"
import { GenericAlert } from "../integration/GenericAlert.ts"
import { Integrations } from "../integration/Integrations.ts"
import { Services } from "../service/Services.ts"
import { type Move, type Scene, story } from "./Story.ts"

const encode = Schema.encodeSync(GenericAlert)

/**
 * Plays {@link story} in the current tenant. What the story needs and the tenant does not have, it leaves out. People in
 * it answer when they were paged, or after `patience` (15 seconds), for which the workers have to run.
 *
 * @effect-expect-leaking CurrentTenant
 */
export const playStory = Effect.fn("playStory")(
  ({ patience = "15 seconds" }: { readonly patience?: Duration.Input } = {}) =>
    Effect.forEach(story, (scene) => play(scene, patience), { concurrency: "unbounded", discard: true })
)

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
