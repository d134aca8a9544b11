import { assert, layer } from "@effect/vitest"
import { Page, WebhookDelivery, WebhookDeliveryDetail, WebhookEndpoint } from "@innkeeper/platform/api"
import { type HttpBehaviour, HttpSink } from "@innkeeper/testkit"
import { Clock, Context, Effect, Layer, Schema } from "effect"
import { Webhook } from "standardwebhooks"
import { eventually } from "./eventually.fixture.ts"
import { Server } from "./server.fixture.ts"
import { makeTenant, type Tenant } from "./tenant.fixture.ts"

const Created = Schema.Struct({ endpoint: WebhookEndpoint, secret: Schema.String })
const decodeCreated = Schema.decodeUnknownSync(Created)
const decodeAccepted = Schema.decodeUnknownSync(Schema.Struct({ incidentId: Schema.String }))

/** A receiver of its own that behaves so from the start. */
const receiver = Effect.fnUntraced(function*(behaviour: HttpBehaviour) {
  const sink = Context.get(yield* Layer.build(Layer.fresh(HttpSink.layer)), HttpSink)
  yield* sink.behave(behaviour)
  return sink
})

const createAt = Effect.fnUntraced(function*(tenant: Tenant, url: string, eventTypes: ReadonlyArray<string> = []) {
  return decodeCreated(yield* tenant.act("POST", "/api/v1/webhooks", { url, description: url, eventTypes }))
})

const fire = Effect.fnUntraced(function*(tenant: Tenant, summary: string) {
  const server = yield* Server
  const answer = yield* server.call("POST", `/in/${tenant.keys.generic}`, { json: { summary, priority: "high" } })
  return decodeAccepted(answer.json).incidentId
})

const deliveriesOf = (tenant: Tenant, { id }: WebhookEndpoint) =>
  Effect.map(tenant.read(`/api/v1/webhooks/${id}/deliveries`, Page(WebhookDelivery)), ({ items }) => items)

const answersOf = Effect.fnUntraced(function*(tenant: Tenant, { id }: WebhookEndpoint, delivery: WebhookDelivery) {
  const { attempts } = yield* tenant.read(`/api/v1/webhooks/${id}/deliveries/${delivery.id}`, WebhookDeliveryDetail)
  return attempts.map(({ answer, status }) => [status, answer])
})

/** Waits for the first attempt at the endpoint's only delivery. */
const attempted = (tenant: Tenant, endpoint: WebhookEndpoint) =>
  Effect.map(
    eventually("the first attempt", deliveriesOf(tenant, endpoint), ([first]) => (first?.attempts ?? 0) > 0),
    ([first]) => first!
  )

layer(Server.layer(), { excludeTestServices: true, timeout: "170 seconds" })("Webhooks of a running server", (it) => {
  it.effect("tell an incident's life to a receiver, which can check who says so", () =>
    Effect.gen(function*() {
      const tenant = yield* makeTenant(yield* Server, "told")
      const { requests, url } = yield* receiver({ _tag: "Answer", status: 200 })
      const { endpoint, secret } = yield* createAt(tenant, `${url}/hook`, ["incident.triggered", "incident.resolved"])
      const id = yield* fire(tenant, "Booking page answers 500")
      yield* eventually("the incident is told", requests, ({ length }) => length === 1)
      yield* tenant.act("POST", `/api/v1/incidents/${id}/acknowledge`)
      yield* tenant.act("POST", `/api/v1/incidents/${id}/resolve`, {})
      const told = yield* eventually("its end is told", requests, ({ length }) => length === 2)
      const [triggered, resolved] = told.map(({ body, headers }) =>
        new Webhook(secret).verify(body, headers as Record<string, string>) as {
          type: string
          data: { incident: object }
        }
      )
      assert.deepStrictEqual([triggered!.type, resolved!.type], ["incident.triggered", "incident.resolved"])
      assert.deepInclude(triggered!.data.incident, {
        id,
        title: "Booking page answers 500",
        priority: "high",
        number: 1
      })
      assert.deepInclude(resolved!.data.incident, {
        id,
        status: "resolved",
        resolvedBy: { kind: "user", name: "admin of told" }
      })
      assert.include(JSON.stringify(resolved!.data), "Service told")
      assert.match(JSON.stringify(resolved!.data), new RegExp(`"url":"http[^"]+/incidents/${id}"`))
      const deliveries = yield* eventually(
        "both are recorded",
        deliveriesOf(tenant, endpoint),
        (all) => all.every(({ state }) => state === "delivered")
      )
      assert.lengthOf(deliveries, 2)
    }))

  it.effect("go on while one receiver fails, one redirects, one breaks and one never answers", () =>
    Effect.gen(function*() {
      const tenant = yield* makeTenant(yield* Server, "mixed")
      const failing = yield* receiver({ _tag: "Answer", status: 503, body: "come back later" })
      const inside = yield* receiver({ _tag: "Answer", status: 200 })
      const redirecting = yield* receiver({
        _tag: "Answer",
        status: 307,
        headers: { location: `${inside.url}/stolen` }
      })
      const breaking = yield* receiver({ _tag: "Drop" })
      const silent = yield* receiver({ _tag: "Hang" })
      const well = yield* receiver({ _tag: "Answer", status: 204 })
      const [fails, redirects, breaks, hangs] = yield* Effect.forEach(
        [failing, redirecting, breaking, silent],
        ({ url }) => Effect.map(createAt(tenant, url), ({ endpoint }) => endpoint)
      )
      yield* createAt(tenant, well.url)
      const began = yield* Clock.currentTimeMillis
      yield* fire(tenant, "The lift is stuck")
      yield* eventually("who is well is told", well.requests, ({ length }) => length === 1)
      assert.isBelow((yield* Clock.currentTimeMillis) - began, 12_000)
      for (
        const [endpoint, answer] of [
          [fails!, [503, "come back later"]],
          [redirects!, [307, ""]],
          [breaks!, [null, "The connection broke before an answer came"]],
          [hangs!, [null, "No answer within 15 s"]]
        ] as const
      ) {
        const delivery = yield* attempted(tenant, endpoint)
        assert.strictEqual(delivery.state, "pending")
        assert.deepStrictEqual((yield* answersOf(tenant, endpoint, delivery))[0], [...answer])
      }
      assert.deepStrictEqual(yield* inside.requests, [])
      // The second attempt comes after 5 s.
      yield* eventually("the failing one is called again", failing.requests, ({ length }) => length >= 2)
    }))

  it.effect("are tested, disabled by 410 with a mail to the admin, enabled and replayed", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const tenant = yield* makeTenant(server, "gone")
      const { behave, requests, url } = yield* receiver({ _tag: "Answer", status: 410 })
      const { endpoint } = yield* createAt(tenant, url)
      const path = `/api/v1/webhooks/${endpoint.id}`
      yield* tenant.act("POST", `${path}/test`)
      yield* eventually(
        "it is disabled",
        tenant.read(path, WebhookEndpoint),
        ({ disabled }) => disabled?.because === "gone"
      )
      const mails = yield* eventually(
        "the admin hears of it",
        tenant.read("/api/v1/mailbox", Schema.Array(Schema.Struct({ subject: Schema.String }))),
        (all) => all.some(({ subject }) => subject.includes("sends nothing more"))
      )
      assert.lengthOf(mails.filter(({ subject }) => subject.includes("sends nothing more")), 1)
      assert.strictEqual((yield* server.call("POST", `${path}/test`, { headers: tenant.admin })).status, 409)
      yield* tenant.act("POST", `${path}/enable`)
      yield* behave({ _tag: "Answer", status: 200 })
      const replayed = yield* tenant.act("POST", `${path}/deliveries/replay-dead`, { since: "2026-01-01T00:00:00Z" })
      assert.deepStrictEqual(replayed, { replayed: 1, left: 0 })
      const taken = yield* eventually("it is sent again", requests, ({ length }) => length === 2)
      assert.strictEqual(taken[0]!.headers["webhook-id"], taken[1]!.headers["webhook-id"])
      const entries = yield* tenant.read("/api/v1/audit?text=webhook.", Page(Schema.Struct({ action: Schema.String })))
      assert.sameMembers(entries.items.map(({ action }) => action), [
        "webhook.created",
        "webhook.tested",
        "webhook.disabled",
        "webhook.enabled",
        "webhook.replayed"
      ])
    }))
})
