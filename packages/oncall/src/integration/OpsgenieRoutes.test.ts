import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { Alerts } from "../alert/Alerts.ts"
import { httpLayer } from "../http.fixture.ts"
import { IncidentId } from "../incident/Incident.ts"
import { Incidents } from "../incident/Incidents.ts"
import { Services } from "../service/Services.ts"
import { arrival, makeScene, servicesLayer } from "../testing.fixture.ts"
import { Integrations } from "./Integrations.ts"

/** A tenant with a door for a sender that speaks Opsgenie. */
const makeSender = Effect.fnUntraced(function*(slug: string) {
  const scene = yield* makeScene(slug)
  const client = yield* HttpClient.HttpClient
  const integrations = yield* Integrations
  const incidents = yield* Incidents
  const { id, key } = yield* scene.as(
    integrations.create({ name: "Nagios", kind: "opsgenie", serviceId: scene.service("Booking").id })
  )
  const send = Effect.fnUntraced(function*(request: HttpClientRequest.HttpClientRequest, authorization: string) {
    const response = yield* client.execute(HttpClientRequest.setHeader(request, "authorization", authorization))
    const body = (yield* response.json) as Record<string, any>
    return { status: response.status, body, headers: response.headers }
  })
  const post = (path: string, body: unknown, authorization = `GenieKey ${key}`) =>
    send(HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(path), body), authorization)
  const get = (path: string, authorization = `GenieKey ${key}`) => send(HttpClientRequest.get(path), authorization)
  /** What came of a request that was taken. */
  const outcome = Effect.fnUntraced(function*(taken: { readonly status: number; readonly body: Record<string, any> }) {
    assert.strictEqual(taken.status, 202, JSON.stringify(taken.body))
    assert.strictEqual(taken.body["result"], "Request will be processed")
    assert.isNumber(taken.body["took"])
    const status = yield* get(`/v2/alerts/requests/${taken.body["requestId"]}`)
    assert.strictEqual(status.status, 200)
    return status.body["data"] as Record<string, any>
  })
  const incident = (id: string) => scene.as(incidents.get(IncidentId.make(id)))
  const timeline = (id: string) => scene.as(incidents.timeline(IncidentId.make(id)))
  return { post, get, outcome, incident, timeline, integrationId: id, scene }
})

layer(Layer.provideMerge(httpLayer, servicesLayer))("the Opsgenie receiver", (it) => {
  it.effect("opens an incident, acknowledges and closes it by alias, and tells of each request what came of it", () =>
    Effect.gen(function*() {
      const { incident, integrationId, outcome, post, timeline } = yield* makeSender("alias")
      const created = yield* outcome(
        yield* post("/v2/alerts", { message: "Disk full", alias: "db-1 disk/é", priority: "P2" })
      )
      assert.deepInclude(created, {
        success: true,
        isSuccess: true,
        action: "Create",
        status: "Created alert",
        alias: "db-1 disk/é",
        integrationId
      })
      assert.deepInclude(yield* incident(created["alertId"]), {
        title: "Disk full",
        status: "triggered",
        priority: "high",
        dedupKey: "db-1 disk/é"
      })

      const path = `/v2/alerts/${encodeURIComponent("db-1 disk/é")}`
      const acknowledged = yield* outcome(
        yield* post(`${path}/acknowledge?identifierType=alias`, { user: "Ada" })
      )
      assert.deepInclude(acknowledged, { action: "Acknowledge", alertId: created["alertId"], isSuccess: true })
      assert.strictEqual((yield* incident(created["alertId"])).status, "acknowledged")

      const noted = yield* outcome(
        yield* post(`${path}/notes?identifierType=alias`, { note: "Making room", user: "Ada" })
      )
      assert.deepInclude(noted, { action: "AddNote", alertId: created["alertId"] })

      const closed = yield* outcome(
        yield* post(`${path}/close?identifierType=alias`, { source: "Nagios", note: "Room again" })
      )
      assert.deepInclude(closed, { action: "Close", alertId: created["alertId"] })
      const done = yield* incident(created["alertId"])
      assert.strictEqual(done.status, "resolved")
      assert.deepInclude(done.resolvedBy, { kind: "integration", name: "Nagios" })
      assert.deepStrictEqual(
        (yield* timeline(created["alertId"])).map(({ kind, text }) => [kind, text]),
        [
          ["triggered", "Disk full"],
          ["acknowledged", "Acknowledged by Ada"],
          ["note", "Making room\n\nAda"],
          ["resolved", "Closed by Nagios: Room again"]
        ]
      )
    }))

  it.effect("joins what has the same alias, and keeps apart what has none", () =>
    Effect.gen(function*() {
      const { incident, outcome, post } = yield* makeSender("joined")
      const create = (body: object) => Effect.flatMap(post("/v2/alerts", { message: "m", ...body }), outcome)
      const [one, same] = [yield* create({ alias: "a" }), yield* create({ alias: "a" })]
      assert.strictEqual(one["alertId"], same["alertId"])
      assert.strictEqual((yield* incident(one["alertId"])).alertCount, 2)
      const [first, second] = [yield* create({}), yield* create({ alias: "" })]
      assert.notStrictEqual(first["alertId"], second["alertId"])
    }))

  it.effect("takes the longest alias there is, and finds it again", () =>
    Effect.gen(function*() {
      const { incident, outcome, post } = yield* makeSender("long")
      const alias = "数".repeat(512)
      const { alertId } = yield* outcome(yield* post("/v2/alerts", { message: "m", alias }))
      yield* outcome(yield* post(`/v2/alerts/${encodeURIComponent(alias)}/close?identifierType=alias`, {}))
      assert.strictEqual((yield* incident(alertId)).status, "resolved")
    }))

  it.effect("names incidents by id, which is usual, and by number", () =>
    Effect.gen(function*() {
      const { incident, outcome, post } = yield* makeSender("named")
      const create = Effect.flatMap(post("/v2/alerts", { message: "m" }), outcome)
      const byId = yield* create
      yield* outcome(yield* post(`/v2/alerts/${byId["alertId"]}/close`, {}))
      assert.strictEqual((yield* incident(byId["alertId"])).status, "resolved")
      const byNumber = yield* create
      const { number } = yield* incident(byNumber["alertId"])
      yield* outcome(yield* post(`/v2/alerts/${number}/acknowledge?identifierType=tiny`, {}))
      assert.strictEqual((yield* incident(byNumber["alertId"])).status, "acknowledged")
    }))

  it.effect("takes what is done to an alert that is not there, and says so when asked", () =>
    Effect.gen(function*() {
      const { outcome, post } = yield* makeSender("absent")
      for (
        const name of [
          "nobody?identifierType=alias",
          "00000000-0000-7000-8000-000000000000",
          "not-an-id",
          "a%00b?identifierType=alias",
          "4711?identifierType=tiny",
          "99999999999999999999?identifierType=tiny"
        ]
      ) {
        const [identifier, query = ""] = name.split("?")
        for (const action of ["close", "acknowledge", "notes"]) {
          const data = yield* outcome(yield* post(`/v2/alerts/${identifier}/${action}?${query}`, { note: "n" }))
          assert.deepInclude(data, { isSuccess: false, status: "Alert does not exist", alertId: "" })
        }
      }
    }))

  it.effect("lets an integration reach the incidents of its own service alone", () =>
    Effect.gen(function*() {
      const mine = yield* makeSender("mine")
      const other = yield* makeSender("other")
      const taken = yield* mine.post("/v2/alerts", { message: "m", alias: "same" })
      const created = yield* mine.outcome(taken)
      for (
        const name of [`${created["alertId"]}/close`, "same/close?identifierType=alias", "1/close?identifierType=tiny"]
      ) {
        assert.isFalse((yield* other.outcome(yield* other.post(`/v2/alerts/${name}`, {})))["isSuccess"])
      }
      assert.strictEqual((yield* mine.incident(created["alertId"])).status, "triggered")
      const status = yield* other.get(`/v2/alerts/requests/${taken.body["requestId"]}`)
      assert.strictEqual(status.status, 404)
      assert.strictEqual(status.body["message"], "Request not found. It might not be processed, yet.")
    }))

  it.effect("reaches what it opened when it belongs to another service by now", () =>
    Effect.gen(function*() {
      const { incident, integrationId, outcome, post, scene, timeline } = yield* makeSender("moved")
      const [one, two] = [
        yield* outcome(yield* post("/v2/alerts", { message: "m", alias: "one" })),
        yield* outcome(yield* post("/v2/alerts", { message: "m", alias: "two" }))
      ]
      const booking = scene.service("Booking")
      const { id: serviceId } = yield* scene.as(
        (yield* Services).create({ ...booking, name: "Payments", routingKey: "payments" })
      )
      yield* scene.as((yield* Integrations).replace(integrationId, { name: "Nagios", kind: "opsgenie", serviceId }))
      yield* outcome(yield* post("/v2/alerts/one/notes?identifierType=alias", { note: "n" }))
      yield* outcome(yield* post("/v2/alerts/one/close?identifierType=alias", {}))
      yield* outcome(yield* post(`/v2/alerts/${two["alertId"]}/close`, {}))
      for (const { alertId } of [one, two]) assert.strictEqual((yield* incident(alertId!)).status, "resolved")
      assert.deepStrictEqual((yield* timeline(one["alertId"])).map(({ kind }) => kind), [
        "triggered",
        "note",
        "resolved"
      ])
    }))

  it.effect("acts on the incident that is named, whatever else it opened with the same alias", () =>
    Effect.gen(function*() {
      const { incident, integrationId, outcome, post, scene } = yield* makeSender("same-alias")
      const mine = yield* outcome(yield* post("/v2/alerts", { message: "m", alias: "disk" }))
      const { id: serviceId } = yield* scene.as(
        (yield* Services).create({ ...scene.service("Booking"), name: "Payments", routingKey: "payments" })
      )
      yield* scene.as((yield* Integrations).replace(integrationId, { name: "Nagios", kind: "opsgenie", serviceId }))
      const [theirs] = yield* (yield* Alerts).accept(scene.tenantId, [arrival(serviceId)])
      for (const action of ["acknowledge", "close"]) {
        const acted = yield* outcome(yield* post(`/v2/alerts/${theirs}/${action}`, {}))
        assert.deepInclude(acted, { alertId: theirs, alias: "disk", isSuccess: true })
      }
      assert.strictEqual((yield* incident(theirs!)).status, "resolved")
      assert.strictEqual((yield* incident(mine["alertId"])).status, "triggered")
    }))

  it.effect("refuses in Opsgenie's words", () =>
    Effect.gen(function*() {
      const { get, integrationId, post, scene } = yield* makeSender("refused")
      for (const authorization of ["", "GenieKey", `GenieKey ${"0".repeat(32)}`, "Bearer x", "GenieKey a b"]) {
        const { body, status } = yield* post("/v2/alerts", { message: "m" }, authorization)
        assert.strictEqual(status, 401)
        assert.hasAllKeys(body, ["message", "took", "requestId"])
        assert.strictEqual((yield* get("/v2/alerts/requests/x", authorization)).status, 401)
      }
      const empty = yield* post("/v2/alerts", { message: "", priority: "urgent" })
      assert.strictEqual(empty.status, 422)
      assert.strictEqual(empty.body["message"], "Request body is not processable. Please check the errors.")
      assert.hasAllKeys(empty.body["errors"], ["message", "priority"])
      assert.strictEqual((yield* post("/v2/alerts", { message: "a\u0000b" })).status, 422)
      const odd = yield* post("/v2/alerts/a/close?identifierType=name", {})
      assert.deepStrictEqual([odd.status, Object.keys(odd.body["errors"])], [422, ["identifierType"]])
      assert.strictEqual((yield* post("/v2/alerts/a/notes", {})).status, 422)

      yield* scene.as((yield* Integrations).revoke(integrationId))
      assert.strictEqual((yield* post("/v2/alerts", { message: "m" })).status, 401)
    }))

  it.effect("answers 429 with when to come back", () =>
    Effect.gen(function*() {
      const { post } = yield* makeSender("flood")
      let refused = yield* post("/v2/alerts/a/close?identifierType=alias", {})
      for (let sent = 0; refused.status === 202 && sent < 20_000; sent++) {
        refused = yield* post("/v2/alerts/a/close?identifierType=alias", {})
      }
      assert.deepStrictEqual([refused.status, refused.body["message"]], [429, "You are making too many requests!"])
      assert.isAbove(Number(refused.headers["retry-after"]), 0)
    }))
})
