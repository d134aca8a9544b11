import { assert, layer } from "@effect/vitest"
import { asTenant, type CurrentTenant, OwnerSql } from "@innkeeper/database"
import { Array, DateTime, Effect, Option, Redacted } from "effect"
import { TestClock } from "effect/testing"
import type { Conflict, NotFound, Unprocessable } from "../access/Problems.ts"
import { Audit } from "../audit/Audit.ts"
import { call, httpLayer, signedIn } from "../Http.fixture.ts"
import { makePerson, twoTenants } from "../Platform.fixture.ts"
import { oldSecretLifetime, WebhookEndpointId } from "./WebhookEndpoint.ts"
import { Webhooks } from "./Webhooks.ts"

/** A public address, which nothing is sent to here. */
const input = { url: "https://93.184.215.14/hook", description: "Chat", eventTypes: [] }

const unknown = WebhookEndpointId.make("00000000-0000-4000-8000-000000000000")

layer(httpLayer)("Webhooks", (it) => {
  it.effect("tells a secret once, keeps it sealed, and puts each change on record without it", () =>
    Effect.gen(function*() {
      const webhooks = yield* Webhooks
      const { acme } = yield* twoTenants("sealed")
      const { endpoint, secret } = yield* webhooks.create(input).pipe(asTenant(acme))
      assert.match(Redacted.value(secret), /^whsec_/)
      const rotated = yield* webhooks.rotateSecret(endpoint.id, { keepOld: true }).pipe(asTenant(acme))
      yield* webhooks.replace(endpoint.id, { ...input, description: "Other" }).pipe(asTenant(acme))
      yield* webhooks.disable(endpoint.id).pipe(asTenant(acme))
      yield* webhooks.enable(endpoint.id).pipe(asTenant(acme))
      yield* webhooks.test(endpoint.id).pipe(asTenant(acme))
      yield* webhooks.remove(endpoint.id).pipe(asTenant(acme))
      const entries = yield* (yield* Audit).search({ text: `webhook:${endpoint.id}`, limit: 10 }).pipe(asTenant(acme))
      assert.deepStrictEqual(entries.map(({ action }) => action).reverse(), [
        "webhook.created",
        "webhook.secret-rotated",
        "webhook.updated",
        "webhook.disabled",
        "webhook.enabled",
        "webhook.tested",
        "webhook.removed"
      ])
      const recorded = entries.filter(({ action }) => /created|updated|removed/.test(action))
      assert.deepStrictEqual(
        recorded.map(({ detail }) => detail),
        Array.makeBy(3, () => ({ url: "https://93.184.215.14/…" }))
      )
      const again = yield* webhooks.create(input).pipe(asTenant(acme))
      const sql = yield* OwnerSql
      const everywhere = JSON.stringify([
        yield* sql`SELECT endpoint::text FROM webhook_endpoint endpoint`,
        yield* sql`SELECT * FROM audit_entry`,
        yield* sql`SELECT payload FROM job`,
        yield* sql`SELECT payload FROM outbox_event`,
        yield* webhooks.list.pipe(asTenant(acme))
      ])
      for (const told of [secret, rotated.secret, again.secret]) {
        assert.notInclude(everywhere, Redacted.value(told).slice("whsec_".length))
      }
    }))

  it.effect("lets the old secret sign for another 24 hours, or not at all", () =>
    Effect.gen(function*() {
      const webhooks = yield* Webhooks
      const { acme } = yield* twoTenants("rotate")
      const { endpoint } = yield* webhooks.create(input).pipe(asTenant(acme))
      const kept = yield* webhooks.rotateSecret(endpoint.id, { keepOld: true }).pipe(asTenant(acme))
      const until = Option.getOrThrow(Option.fromNullishOr(kept.endpoint.oldSecretUntil))
      const expected = DateTime.addDuration(yield* DateTime.now, oldSecretLifetime)
      assert.approximately(DateTime.toEpochMillis(until), DateTime.toEpochMillis(expected), 10_000)
      const ended = yield* webhooks.rotateSecret(endpoint.id, { keepOld: false }).pipe(asTenant(acme))
      assert.isNull(ended.endpoint.oldSecretUntil)
      assert.notStrictEqual(Redacted.value(ended.secret), Redacted.value(kept.secret))
    }).pipe(TestClock.withLive))

  it.effect("refuses addresses inside, http, unknown types, and more than fifty", () =>
    Effect.gen(function*() {
      const webhooks = yield* Webhooks
      const { acme } = yield* twoTenants("refuse")
      const fieldOf = (change: Partial<typeof input> | { readonly eventTypes: ReadonlyArray<string> }) =>
        Effect.map(
          Effect.flip(webhooks.create({ ...input, ...change }).pipe(asTenant(acme))),
          (error) => "errors" in error ? error.errors[0]?.path?.at(-1) : error._tag
        )
      for (
        const url of ["https://10.0.0.1/", "https://localhost/x", "http://93.184.215.14/", "https://a:b@93.184.215.14"]
      ) {
        assert.strictEqual(yield* fieldOf({ url }), "url", url)
      }
      assert.strictEqual(yield* fieldOf({ eventTypes: ["incident.unheard-of"] }), "eventTypes")
      const { endpoint } = yield* webhooks.create(input).pipe(asTenant(acme))
      const moved = webhooks.replace(endpoint.id, { ...input, url: "https://169.254.169.254/latest" }).pipe(
        asTenant(acme)
      )
      assert.strictEqual((yield* Effect.flip(moved))._tag, "Unprocessable")
      yield* Effect.replicateEffect(webhooks.create(input).pipe(asTenant(acme)), 49)
      assert.strictEqual(yield* fieldOf({}), "Conflict")
    }))

  it.effect("are seen, changed and tested by their own tenant alone", () =>
    Effect.gen(function*() {
      const webhooks = yield* Webhooks
      const { acme, globex } = yield* twoTenants("apart")
      const { endpoint: { id } } = yield* webhooks.create(input).pipe(asTenant(acme))
      for (const [tenant, wanted] of [[globex, id], [acme, unknown]] as const) {
        const attempts: ReadonlyArray<
          Effect.Effect<object | void, NotFound | Conflict | Unprocessable, CurrentTenant>
        > = [
          webhooks.get(wanted),
          webhooks.replace(wanted, input),
          webhooks.enable(wanted),
          webhooks.disable(wanted),
          webhooks.rotateSecret(wanted, { keepOld: true }),
          webhooks.test(wanted),
          webhooks.remove(wanted)
        ]
        for (const attempt of attempts) {
          assert.strictEqual((yield* Effect.flip(asTenant(tenant)(attempt)))._tag, "NotFound")
        }
      }
      assert.deepStrictEqual(yield* webhooks.list.pipe(asTenant(globex)), [])
      assert.isNull((yield* webhooks.get(id).pipe(asTenant(acme))).disabled)
    }))

  it.effect("are not tested while disabled, and give up what is pending", () =>
    Effect.gen(function*() {
      const webhooks = yield* Webhooks
      const { acme } = yield* twoTenants("disabled")
      const { endpoint: { id } } = yield* webhooks.create(input).pipe(asTenant(acme))
      assert.strictEqual((yield* webhooks.test(id).pipe(asTenant(acme))).state, "pending")
      const waiting = yield* webhooks.get(id).pipe(asTenant(acme))
      const disabled = yield* webhooks.disable(id).pipe(asTenant(acme))
      assert.deepStrictEqual([[waiting.pending, waiting.dead], [disabled.pending, disabled.dead]], [[1, 0], [0, 1]])
      assert.strictEqual(disabled.disabled?.because, "by-hand")
      assert.strictEqual((yield* Effect.flip(webhooks.test(id).pipe(asTenant(acme))))._tag, "Conflict")
    }))

  it.effect("are for admins over HTTP, and for keys with the scopes", () =>
    Effect.gen(function*() {
      const { acme, ada } = yield* twoTenants("http")
      const headers = yield* signedIn(ada)
      const path = "/api/v1/webhooks"
      const made = yield* call("POST", path, { headers, json: input })
      assert.strictEqual(made.status, 200)
      const endpoint = made.json.endpoint as { readonly id: string }
      const listed = yield* call("GET", path, { headers })
      assert.include(listed.text, endpoint.id)
      assert.notInclude(listed.text, "whsec_")
      const ben = yield* signedIn(yield* makePerson(acme, "ben-http@example.com"))
      for (const [method, where] of [["GET", path], ["POST", path], ["GET", "/api/v1/webhook-events"]] as const) {
        const refused = yield* call(method, where, { headers: ben, ...(method === "POST" ? { json: input } : {}) })
        assert.strictEqual(refused.status, 403, `${method} ${where}`)
      }
      const key = yield* call("POST", "/api/v1/api-keys", {
        headers,
        json: { name: "hooks", scopes: ["webhooks:read"] }
      })
      const bearer = { authorization: `Bearer ${key.json.key}` }
      assert.strictEqual((yield* call("GET", `${path}/${endpoint.id}/deliveries`, { headers: bearer })).status, 200)
      assert.strictEqual((yield* call("POST", `${path}/${endpoint.id}/test`, { headers: bearer })).status, 403)
      const wrong = yield* call("POST", path, { headers, json: { ...input, url: "https://127.0.0.1/" } })
      assert.deepStrictEqual([wrong.status, wrong.problem], [422, "unprocessable"])
    }))
})
