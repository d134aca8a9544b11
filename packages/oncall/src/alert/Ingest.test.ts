import { assert, describe, it } from "@effect/vitest"
import { Actor } from "@innkeeper/platform/api"
import { Schema } from "effect"
import { IncidentId } from "../incident/Incident.ts"
import { IntegrationId } from "../integration/Integration.ts"
import { ServiceId } from "../service/Service.ts"
import { InboundAlert, Priority } from "./Alert.ts"
import { type Arrival, incidentKey, type OpenIncident, planIngest } from "./Ingest.ts"

const service = ServiceId.make("00000000-0000-4000-8000-000000000001")
const otherService = ServiceId.make("00000000-0000-4000-8000-000000000003")
const integration = IntegrationId.make("00000000-0000-4000-8000-000000000002")
const actor = new Actor({ kind: "integration", id: null, name: "Prometheus" })

const arrival = (
  dedupKey: string,
  action: InboundAlert["action"],
  priority: Priority = "high",
  { routingKey = null, serviceId = service }: { readonly serviceId?: ServiceId; readonly routingKey?: string | null } =
    {}
): Arrival => ({
  integrationId: integration,
  actor,
  serviceId,
  alert: new InboundAlert({
    action,
    dedupKey,
    summary: `${action} ${dedupKey}`,
    priority,
    source: "",
    routingKey,
    details: null,
    labels: {},
    links: [],
    startsAt: null,
    payload: null
  })
})

const ids = () => {
  let next = 0
  return () => `00000000-0000-4000-8000-${String(++next).padStart(12, "0")}`
}

const plan = (arrivals: ReadonlyArray<Arrival>, open: ReadonlyArray<OpenIncident> = []) =>
  planIngest({ arrivals, open, lastNumber: 41, newId: ids() })

const Steps = Schema.Array(Schema.Struct({
  key: Schema.Literals(["a", "b", "c"]),
  action: Schema.Literals(["trigger", "acknowledge", "resolve"]),
  priority: Priority,
  serviceId: Schema.Literals([service, otherService]),
  routingKey: Schema.NullOr(Schema.Literals(["booking"]))
}))
const arrivalsOf = (steps: typeof Steps.Type) =>
  steps.map(({ action, key, priority, ...route }) => arrival(key, action, priority, route))

describe("planIngest", () => {
  it("makes one incident with 200 alerts of 200 duplicates", () => {
    const { alerts, opened, outcome } = plan(Array.from({ length: 200 }, () => arrival("disk", "trigger")))
    assert.strictEqual(opened.length, 1)
    assert.strictEqual(opened[0]?.alertCount, 200)
    assert.strictEqual(opened[0]?.number, 42)
    assert.strictEqual(alerts.length, 200)
    assert.strictEqual(new Set(outcome).size, 1)
  })

  it("drops an acknowledgement and a resolution without an open incident quietly", () => {
    const { alerts, events, outcome } = plan([arrival("disk", "resolve"), arrival("disk", "acknowledge")])
    assert.deepStrictEqual(outcome, [null, null])
    assert.deepStrictEqual([alerts.length, events.length], [0, 0])
  })

  it("acts on the incident that is named, and not on the next one with its key", () => {
    const open: OpenIncident = {
      id: IncidentId.make("00000000-0000-4000-8000-000000000099"),
      serviceId: otherService,
      dedupKey: "disk",
      integrationId: null,
      routingKey: null,
      status: "triggered",
      priority: "high",
      run: 1
    }
    const close = { ...arrival("disk", "resolve", "high", { serviceId: otherService }), incidentId: open.id }
    const again = arrival("disk", "trigger", "high", { serviceId: otherService })
    const { changed, opened, outcome } = plan([close, again, close, arrival("disk", "trigger")], [open])
    assert.deepStrictEqual(changed.map(({ id, status }) => [id, status]), [[open.id, "resolved"]])
    assert.deepStrictEqual([outcome[0], outcome[2]], [open.id, null])
    assert.deepStrictEqual(opened.map(({ status }) => status), ["triggered"])
  })

  it("opens a new incident for a trigger after a resolution", () => {
    const { opened } = plan(["trigger", "resolve", "trigger"].map((action) => arrival("disk", action as "trigger")))
    assert.deepStrictEqual(opened.map(({ status }) => status).toSorted(), ["resolved", "triggered"])
    assert.deepStrictEqual(opened.map(({ number }) => number), [42, 43])
  })

  it("joins the open incident, raises its priority and tells the live view once", () => {
    const open: OpenIncident = {
      id: IncidentId.make("00000000-0000-4000-8000-0000000000aa"),
      serviceId: service,
      dedupKey: "disk",
      integrationId: null,
      routingKey: null,
      status: "acknowledged",
      priority: "low",
      run: 3
    }
    const { changed, events, opened, timeline } = plan(
      [arrival("disk", "trigger", "critical"), arrival("disk", "trigger", "info")],
      [open]
    )
    assert.strictEqual(opened.length, 0)
    assert.deepStrictEqual(
      changed.map(({ alertCount, priority, status }) => ({ alertCount, priority, status })),
      [{ alertCount: 2, priority: "critical", status: "acknowledged" }]
    )
    assert.deepStrictEqual(events, [{ type: "incident.alerted", incidentId: open.id, run: 3 }])
    assert.deepStrictEqual(timeline.map(({ kind }) => kind), ["priority-changed"])
  })

  it("lets a sender act on what it opened, and join it, when its alerts lead to another service by now", () => {
    const moved = { serviceId: otherService }
    const open = plan([arrival("disk", "trigger")]).opened
    const { changed, opened, outcome } = plan([
      arrival("disk", "trigger", "high", moved),
      arrival("disk", "acknowledge", "high", moved),
      arrival("disk", "resolve", "high", moved),
      arrival("disk", "trigger", "high", moved)
    ], open)
    assert.deepStrictEqual(outcome.slice(0, 3), [open[0]!.id, open[0]!.id, open[0]!.id])
    assert.deepStrictEqual(changed.map(({ alertCount, id, status }) => [id, alertCount, status]), [
      [open[0]!.id, 1, "resolved"]
    ])
    assert.deepStrictEqual(opened.map(({ serviceId }) => serviceId), [otherService])
  })

  it("keeps apart what a sender says with one key about two services", () => {
    const { opened } = plan([
      arrival("disk", "trigger", "high", { serviceId: service, routingKey: "booking" }),
      arrival("disk", "trigger", "high", { serviceId: otherService, routingKey: "payments" })
    ])
    assert.deepStrictEqual(opened.map(({ serviceId }) => serviceId), [service, otherService])
  })

  it.prop("never leaves two open incidents with one key, and loses no trigger", [Steps], ([steps]) => {
    const arrivals = arrivalsOf(steps)
    const { alerts, events, lastNumber, opened, outcome } = plan(arrivals)
    const unresolved = opened.filter(({ status }) => status !== "resolved").map(incidentKey)
    assert.strictEqual(new Set(unresolved).size, unresolved.length)
    arrivals.forEach(({ alert }, index) => {
      if (alert.action === "trigger") assert.isNotNull(outcome[index])
    })
    assert.strictEqual(lastNumber, 41 + opened.length)
    assert.strictEqual(alerts.length, outcome.filter((id) => id !== null).length)
    assert.strictEqual(events.filter(({ type }) => type === "incident.triggered").length, opened.length)
    const counted = opened.reduce((sum, { alertCount }) => sum + alertCount, 0)
    assert.strictEqual(counted, arrivals.filter(({ alert }) => alert.action === "trigger").length)
  })

  it.prop("a batch does what its parts do one after the other", [Steps], ([steps]) => {
    const arrivals = arrivalsOf(steps)
    const whole = plan(arrivals)
    let open: ReadonlyArray<OpenIncident> = []
    let lastNumber = 41
    const newId = ids()
    const statuses = new Map<string, string>()
    for (const one of arrivals) {
      const step = planIngest({ arrivals: [one], open, lastNumber, newId })
      const touched = [...step.opened, ...step.changed]
      for (const incident of touched) statuses.set(incident.id, `${incident.dedupKey} ${incident.status}`)
      open = [...open.filter(({ id }) => touched.every((incident) => incident.id !== id)), ...touched]
        .filter(({ status }) => status !== "resolved")
      lastNumber = step.lastNumber
    }
    assert.deepStrictEqual(
      whole.opened.map(({ dedupKey, status }) => `${dedupKey} ${status}`).toSorted(),
      [...statuses.values()].toSorted()
    )
  })
})
