import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql } from "@innkeeper/database"
import { HttpSink, SmtpSink } from "@innkeeper/testkit"
import { Clock, Effect, Redacted } from "effect"
import { Webhook } from "standardwebhooks"
import { Audit } from "../audit/Audit.ts"
import { makePerson, twoTenants } from "../Platform.fixture.ts"
import { deliveriesOf, detailOf, happen, makeEndpoint, until, webhooksLayer } from "./Webhook.fixture.ts"
import { WebhookDeliveries } from "./WebhookDeliveries.ts"
import { tidyWebhooks } from "./WebhookHousekeeping.ts"
import { Webhooks } from "./Webhooks.ts"

const signed = (headers: Readonly<Record<string, unknown>>) => ({
  "webhook-id": `${headers["webhook-id"]}`,
  "webhook-timestamp": `${headers["webhook-timestamp"]}`,
  "webhook-signature": `${headers["webhook-signature"]}`
})

/** Puts the next attempt of everything that is pending to now, as if its wait were over. */
const hurry = Effect.gen(function*() {
  const sql = yield* OwnerSql
  yield* sql`UPDATE job SET due_at = clock_timestamp() WHERE name = 'webhook.send' AND state = 'scheduled'`
})

layer(webhooksLayer({ allowInside: true }), { excludeTestServices: true })("Sending of webhooks", (it) => {
  it.effect("tells each endpoint what it asked for, of its own tenant, signed with its own secret", () =>
    Effect.gen(function*() {
      const { acme, globex } = yield* twoTenants("each")
      const all = yield* makeEndpoint(acme, "each-all")
      const broken = yield* makeEndpoint(acme, "each-broken", ["thing.broken"])
      const other = yield* makeEndpoint(globex, "each-other")
      yield* happen(acme, "thing.made", "a")
      yield* happen(acme, "thing.broken", "b")
      yield* happen(acme, "thing.unheard-of", "c")
      yield* happen(acme, "thing.made", null)
      yield* until(all.came, (came) => came.length >= 2)
      yield* until(broken.came, (came) => came.length >= 1)
      const deliveries = yield* until(
        deliveriesOf(acme, all.id),
        (seen) => seen.every(({ state }) => state !== "pending")
      )
      assert.deepStrictEqual(
        deliveries.map(({ attempts, lastStatus, state, type }) => [type, state, attempts, lastStatus]),
        [
          ["thing.broken", "delivered", 1, 200],
          ["thing.made", "delivered", 1, 200]
        ]
      )
      const [request] = yield* broken.came
      assert.deepStrictEqual([request!.method, request!.headers["content-type"]], ["POST", "application/json"])
      const body = new Webhook(Redacted.value(broken.secret)).verify(request!.body, signed(request!.headers))
      assert.deepInclude(body as object, { type: "thing.broken", data: "b" })
      assert.match((body as { timestamp: string }).timestamp, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      assert.throws(() => new Webhook(Redacted.value(all.secret)).verify(request!.body, signed(request!.headers)))
      assert.deepStrictEqual([(yield* other.came).length, (yield* broken.came).length, (yield* all.came).length], [
        0,
        1,
        2
      ])
    }))

  it.effect("delivers an event once, however often its consumer sees it", () =>
    Effect.gen(function*() {
      const { acme } = yield* twoTenants("once")
      const { came, id } = yield* makeEndpoint(acme, "once")
      yield* happen(acme, "thing.made", "a")
      yield* until(came, ({ length }) => length === 1)
      const sql = yield* OwnerSql
      yield* sql`UPDATE event_consumer SET transaction = '0', position = 0 WHERE name = 'platform/webhooks'`
      yield* happen(acme, "thing.made", "b")
      yield* until(came, ({ length }) => length >= 2)
      assert.lengthOf(yield* deliveriesOf(acme, id), 2)
      assert.lengthOf(yield* came, 2)
    }))

  it.effect("signs with the old secret as well after a rotation, and with the new one alone when it shall", () =>
    Effect.gen(function*() {
      const webhooks = yield* Webhooks
      const { acme } = yield* twoTenants("rotated")
      const { came, id, secret: old } = yield* makeEndpoint(acme, "rotated")
      const takes = (secret: Redacted.Redacted<string>, index: number) =>
        Effect.map(until(came, ({ length }) => length > index), (requests) => {
          try {
            new Webhook(Redacted.value(secret)).verify(requests[index]!.body, signed(requests[index]!.headers))
            return true
          } catch {
            return false
          }
        })
      const second = yield* webhooks.rotateSecret(id, { keepOld: true }).pipe(asTenant(acme))
      yield* webhooks.test(id).pipe(asTenant(acme))
      assert.deepStrictEqual([yield* takes(old, 0), yield* takes(second.secret, 0)], [true, true])
      const third = yield* webhooks.rotateSecret(id, { keepOld: false }).pipe(asTenant(acme))
      yield* webhooks.test(id).pipe(asTenant(acme))
      assert.deepStrictEqual(
        [yield* takes(old, 1), yield* takes(second.secret, 1), yield* takes(third.secret, 1)],
        [false, false, true]
      )
    }))

  it.effect("tries again under the same id until it is taken, and keeps what was answered", () =>
    Effect.gen(function*() {
      const { behave } = yield* HttpSink
      const { acme } = yield* twoTenants("again")
      const { came, id } = yield* makeEndpoint(acme, "again")
      yield* behave({ _tag: "Answer", status: 500, body: `no${"\u0000"}${"x".repeat(70_000)}` })
      yield* happen(acme, "thing.made", "a")
      const [first] = yield* until(deliveriesOf(acme, id), ([delivery]) => delivery?.attempts === 1)
      assert.deepStrictEqual([first!.state, first!.lastStatus], ["pending", 500])
      assert.isNotNull(first!.nextAttemptAt)
      assert.isNotNull((yield* (yield* Webhooks).get(id).pipe(asTenant(acme))).failingSince)
      yield* behave({ _tag: "Answer", status: 204 })
      yield* hurry
      yield* until(deliveriesOf(acme, id), ([delivery]) => delivery?.state === "delivered")
      const { attempts } = yield* detailOf(acme, id, first!.id)
      assert.deepStrictEqual(attempts.map(({ number, status }) => [number, status]), [[1, 500], [2, 204]])
      assert.match(attempts[0]!.answer, /^no\uFFFDx+$/)
      assert.lengthOf(attempts[0]!.answer, 1024)
      assert.deepStrictEqual([...new Set((yield* came).map(({ headers }) => headers["webhook-id"]))], [first!.id])
      assert.isNull((yield* (yield* Webhooks).get(id).pipe(asTenant(acme))).failingSince)
    }))

  it.effect("follows no redirect, and counts it as a failure", () =>
    Effect.gen(function*() {
      const { behave, requests, url } = yield* HttpSink
      const { acme } = yield* twoTenants("redirect")
      const { id } = yield* makeEndpoint(acme, "redirect")
      yield* behave({ _tag: "Answer", status: 302, headers: { location: `${url}/redirected` } })
      yield* happen(acme, "thing.made", "a")
      const [delivery] = yield* until(deliveriesOf(acme, id), ([delivery]) => delivery?.attempts === 1)
      assert.deepStrictEqual([delivery!.state, delivery!.lastStatus], ["pending", 302])
      assert.isFalse((yield* requests).some(({ path }) => path === "/redirected"))
      yield* behave({ _tag: "Answer", status: 200 })
    }))

  it.effect("gives up after the last attempt, and replays one or all that were given up", () =>
    Effect.gen(function*() {
      const { behave } = yield* HttpSink
      const { replay, replayDead } = yield* WebhookDeliveries
      const { acme } = yield* twoTenants("dead")
      const { id } = yield* makeEndpoint(acme, "dead")
      yield* behave({ _tag: "Drop" })
      yield* happen(acme, "thing.made", "a", "b")
      yield* until(
        Effect.andThen(hurry, deliveriesOf(acme, id)),
        (seen) => seen.length === 2 && seen.every(({ state }) => state === "dead")
      )
      const [second, first] = yield* deliveriesOf(acme, id)
      assert.deepStrictEqual([first!.deadBecause, first!.attempts, first!.lastStatus], ["exhausted", 8, null])
      const { attempts } = yield* detailOf(acme, id, first!.id)
      assert.strictEqual(attempts[0]!.answer, "The connection broke before an answer came")
      yield* behave({ _tag: "Answer", status: 200 })
      const replayed = yield* replay(id, first!.id).pipe(asTenant(acme))
      assert.strictEqual(replayed.state, "pending")
      yield* until(deliveriesOf(acme, id), (seen) => seen.some(({ state }) => state === "delivered"))
      assert.deepStrictEqual(yield* replayDead(id, first!.createdAt).pipe(asTenant(acme)), { replayed: 1, left: 0 })
      yield* until(deliveriesOf(acme, id), (seen) => seen.every(({ state }) => state === "delivered"))
      assert.strictEqual((yield* detailOf(acme, id, second!.id)).attempts.length, 9)
      const entries = yield* (yield* Audit).search({ action: "webhook.replayed", limit: 5 }).pipe(asTenant(acme))
      assert.lengthOf(entries, 2)
    }))

  it.effect("disables an endpoint that answers 410, and tells the admins in the log and by mail", () =>
    Effect.gen(function*() {
      const { behave } = yield* HttpSink
      const { acme, ada } = yield* twoTenants("gone")
      yield* makePerson(acme, "ben-gone@example.com")
      const { id } = yield* makeEndpoint(acme, "gone")
      yield* behave({ _tag: "Answer", status: 410 })
      yield* happen(acme, "thing.made", "a")
      const webhooks = yield* Webhooks
      const endpoint = yield* until(webhooks.get(id).pipe(asTenant(acme)), ({ disabled }) => disabled !== null)
      assert.strictEqual(endpoint.disabled?.because, "gone")
      const [delivery] = yield* deliveriesOf(acme, id)
      assert.deepStrictEqual([delivery!.state, delivery!.deadBecause], ["dead", "gone"])
      const [entry] = yield* (yield* Audit).search({ action: "webhook.disabled", limit: 5 }).pipe(asTenant(acme))
      assert.deepStrictEqual([entry?.actor.kind, entry?.subject], ["system", `webhook:${id}`])
      const mails = yield* until(
        Effect.map(
          (yield* SmtpSink).mails,
          (all) => all.filter(({ to }) => to.some((address) => address.includes("-gone@")))
        ),
        ({ length }) => length >= 1
      )
      assert.deepStrictEqual(mails.map(({ to }) => to), [[ada.email]])
      assert.include(mails[0]!.content.text, "/gone")
      yield* behave({ _tag: "Answer", status: 200 })
      const beside = yield* makeEndpoint(acme, "gone-beside")
      yield* happen(acme, "thing.made", "while disabled")
      yield* until(beside.came, ({ length }) => length === 1)
      yield* webhooks.enable(id).pipe(asTenant(acme))
      yield* happen(acme, "thing.made", "after")
      yield* until(deliveriesOf(acme, id), (seen) => seen.some(({ state }) => state === "delivered"))
      assert.lengthOf(yield* deliveriesOf(acme, id), 2)
    }))

  it.effect("disables an endpoint after five days of nothing but failures", () =>
    Effect.gen(function*() {
      const { behave } = yield* HttpSink
      const { acme } = yield* twoTenants("days")
      const { id } = yield* makeEndpoint(acme, "days")
      const sql = yield* OwnerSql
      const failing = (since: string) =>
        sql`UPDATE webhook_endpoint SET failing_since = now() - ${since}::interval WHERE id = ${id}`
      const look = (yield* Webhooks).get(id).pipe(asTenant(acme))
      yield* behave({ _tag: "Answer", status: 500 })
      yield* happen(acme, "thing.made", "a", "b")
      yield* until(deliveriesOf(acme, id), (seen) => seen.length === 2 && seen.every(({ attempts }) => attempts >= 1))
      yield* failing("4 days 23 hours")
      yield* hurry
      yield* until(deliveriesOf(acme, id), (seen) => seen.every(({ attempts }) => attempts >= 2))
      assert.isNull((yield* look).disabled)
      yield* failing("5 days")
      yield* hurry
      const { disabled, pending } = yield* until(look, ({ disabled }) => disabled !== null)
      assert.deepStrictEqual([disabled!.because, pending], ["failing", 0])
      assert.deepStrictEqual((yield* deliveriesOf(acme, id)).map(({ deadBecause }) => deadBecause), [
        "disabled",
        "disabled"
      ])
      yield* behave({ _tag: "Answer", status: 200 })
    }))

  it.effect("asks again for an attempt whose job was lost, and forgets what ended a month ago", () =>
    Effect.gen(function*() {
      const { acme } = yield* twoTenants("tidy")
      const { came, id } = yield* makeEndpoint(acme, "tidy")
      yield* happen(acme, "thing.made", "a")
      yield* until(deliveriesOf(acme, id), ([delivery]) => delivery?.state === "delivered")
      const sql = yield* OwnerSql
      yield* sql`UPDATE webhook_delivery SET state = 'pending', finished_at = NULL, next_attempt_at = now() - interval '11 minutes'
        WHERE endpoint_id = ${id}`
      yield* tidyWebhooks
      yield* until(came, ({ length }) => length === 2)
      yield* until(deliveriesOf(acme, id), ([delivery]) => delivery?.state === "delivered")
      yield* sql`UPDATE webhook_delivery SET finished_at = now() - interval '29 days' WHERE endpoint_id = ${id}`
      yield* tidyWebhooks
      assert.lengthOf(yield* deliveriesOf(acme, id), 1)
      yield* sql`UPDATE webhook_delivery SET finished_at = now() - interval '31 days' WHERE endpoint_id = ${id}`
      yield* tidyWebhooks
      assert.lengthOf(yield* deliveriesOf(acme, id), 0)
    }))

  it.effect("gives up what was made in the moment in which its endpoint was disabled", () =>
    Effect.gen(function*() {
      const webhooks = yield* Webhooks
      const { acme } = yield* twoTenants("stranded")
      const { came, id } = yield* makeEndpoint(acme, "stranded")
      yield* happen(acme, "thing.made", "a")
      yield* until(deliveriesOf(acme, id), ([delivery]) => delivery?.state === "delivered")
      yield* webhooks.disable(id).pipe(asTenant(acme))
      const sql = yield* OwnerSql
      yield* sql`UPDATE webhook_delivery SET state = 'pending', finished_at = NULL, next_attempt_at = now() - interval '11 minutes'
        WHERE endpoint_id = ${id}`
      yield* tidyWebhooks
      const [delivery] = yield* deliveriesOf(acme, id)
      assert.deepStrictEqual([delivery!.state, delivery!.deadBecause, delivery!.nextAttemptAt], [
        "dead",
        "disabled",
        null
      ])
      const { pending } = yield* webhooks.enable(id).pipe(asTenant(acme))
      assert.strictEqual(pending, 0)
      const { replay } = yield* WebhookDeliveries
      yield* replay(id, delivery!.id).pipe(asTenant(acme))
      yield* until(came, ({ length }) => length === 2)
    }))

  it.effect("lets an endpoint that never answers, and its hundreds of events, delay nobody else", () =>
    Effect.gen(function*() {
      const { acme, globex } = yield* twoTenants("silent")
      const { behave } = yield* HttpSink
      const silent = yield* makeEndpoint(acme, "silent")
      yield* behave({ _tag: "Hang" })
      yield* happen(acme, "thing.made", ...Array.from({ length: 600 }, (_, number) => `${number}`))
      yield* until(silent.came, ({ length }) => length >= 1)
      yield* Effect.sleep("500 millis")
      yield* behave({ _tag: "Answer", status: 200 })
      const began = yield* Clock.currentTimeMillis
      for (const [tenant, path] of [[acme, "beside-own"], [globex, "beside-other"]] as const) {
        const { came } = yield* makeEndpoint(tenant, path, ["thing.broken"])
        yield* happen(tenant, "thing.broken", "quick")
        yield* until(came, ({ length }) => length === 1)
      }
      assert.isBelow((yield* Clock.currentTimeMillis) - began, 12_000)
      assert.isAtMost((yield* silent.came).length, 200)
    }))
})

layer(webhooksLayer({ allowInside: false }), { excludeTestServices: true })(
  "Sending of webhooks to addresses inside",
  (it) => {
    it.effect("is refused at the moment of connecting, also for an address that was let in before", () =>
      Effect.gen(function*() {
        const { acme } = yield* twoTenants("inside")
        const { requests, url } = yield* HttpSink
        const webhooks = yield* Webhooks
        const { endpoint: { id } } = yield* webhooks.create({
          url: "https://93.184.215.14/",
          description: "",
          eventTypes: []
        }).pipe(asTenant(acme))
        const sql = yield* OwnerSql
        yield* sql`UPDATE webhook_endpoint SET url = ${`${url}/hook`} WHERE id = ${id}`
        yield* webhooks.test(id).pipe(asTenant(acme))
        const [delivery] = yield* until(deliveriesOf(acme, id), ([delivery]) => delivery?.attempts === 1)
        const { attempts } = yield* detailOf(acme, id, delivery!.id)
        assert.deepStrictEqual([attempts[0]!.status, attempts[0]!.answer], [
          null,
          "The address is not on the public Internet"
        ])
        assert.deepStrictEqual(yield* requests, [])
      }))
  }
)
