import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { ApiKeys } from "@innkeeper/platform"
import type { Scope } from "@innkeeper/platform/api"
import { Context, Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { HttpClient, HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { httpLayer, post } from "../http.fixture.ts"
import { IncidentId } from "../incident/Incident.ts"
import { Incidents } from "../incident/Incidents.ts"
import { ServiceId } from "../service/Service.ts"
import {
  looking,
  makeScene,
  publicUrl,
  type Scene,
  servicesLayer,
  servicesNamed,
  useCasesLayer
} from "../testing.fixture.ts"
import { Integrations } from "./Integrations.ts"

const prometheus = (scene: Scene) => ({
  name: "Prometheus",
  kind: "alertmanager" as const,
  serviceId: scene.service("Booking").id
})

const unknownKey = "0".repeat(32)

layer(Layer.provideMerge(httpLayer, servicesLayer))("Integrations", (it) => {
  it.effect("gets a key of its own, by which its tenant and service are found", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("made")
      const integrations = yield* Integrations
      const created = yield* scene.as(integrations.create(prometheus(scene)))
      assert.match(created.key!, /^[0-9a-z]{32}$/)
      assert.strictEqual(created.url, `${publicUrl}/in/${created.key}/alertmanager`)
      const door = Option.getOrThrow(yield* integrations.findByKey(created.key!))
      assert.deepInclude(door, {
        tenantId: scene.tenantId,
        integrationId: created.id,
        serviceId: scene.service("Booking").id
      })
      for (const key of [unknownKey, created.key!.toUpperCase(), "", `${created.key}0`]) {
        assert.isTrue(Option.isNone(yield* integrations.findByKey(key)))
      }
    }))

  it.effect("stores no key that can be read", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("sealed")
      const { id, key } = yield* scene.as((yield* Integrations).create(prometheus(scene)))
      const owner = yield* OwnerSql
      const [row] = yield* owner<{ text: string }>`SELECT integration::text AS text FROM integration WHERE id = ${id}`
      assert.notInclude(row!.text, key!)
    }))

  it.effect("shows keys to those who may configure and to nobody else", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("shown")
      const client = yield* HttpClient.HttpClient
      const listFor = Effect.fnUntraced(function*(scopes: readonly [Scope, ...ReadonlyArray<Scope>]) {
        const { key } = yield* scene.as((yield* ApiKeys).create({ name: scopes.join(), scopes, expiresAt: null }))
        const response = yield* client.execute(
          HttpClientRequest.bearerToken(HttpClientRequest.get("/api/v1/integrations"), key)
        )
        return { status: response.status, text: yield* response.text }
      })
      const writer = yield* listFor(["oncall:read", "oncall:write"])
      assert.strictEqual(writer.status, 200)
      assert.include(writer.text, scene.key)
      const reader = yield* listFor(["oncall:read"])
      assert.strictEqual(reader.status, 200)
      assert.include(reader.text, "\"key\":null")
      assert.notInclude(reader.text, scene.key)
      const neither = yield* listFor(["incidents:read"])
      assert.strictEqual(neither.status, 403)
      assert.notInclude(neither.text, scene.key)
    }))

  it.effect("stops taking alerts when its key is revoked: here at once, elsewhere within five seconds", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("revoked")
      const integrations = yield* Integrations
      const there = Context.get(yield* Layer.build(Layer.fresh(useCasesLayer)), Integrations)
      const [door] = yield* scene.as(integrations.list(true))
      const works = (at: typeof integrations) => Effect.map(at.findByKey(scene.key), Option.isSome)
      assert.deepStrictEqual([yield* works(integrations), yield* works(there)], [true, true])
      assert.strictEqual((yield* post(`/in/${scene.key}`, { summary: "Disk full" })).status, 202)

      const revoked = yield* scene.as(integrations.revoke(door!.id))
      assert.isNotNull(revoked.revokedAt)
      assert.isFalse(yield* works(integrations))
      assert.strictEqual((yield* post(`/in/${scene.key}`, { summary: "Disk full" })).status, 404)
      yield* TestClock.adjust("5 seconds")
      assert.isFalse(yield* works(there))

      const again = yield* scene.as(integrations.revoke(door!.id))
      assert.deepStrictEqual(again.revokedAt, revoked.revokedAt)
    }))

  it.effect("answers an alert with the incident it belongs to, after the commit", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("alert")
      const { body, status } = yield* post(`/in/${scene.key}`, { summary: "Disk full", priority: "critical" })
      assert.strictEqual(status, 202)
      const { items: [incident] } = yield* scene.as((yield* Incidents).search({ limit: 1 }))
      assert.include(JSON.stringify(body), incident!.id)
      assert.deepInclude(yield* looking(scene, IncidentId.make(incident!.id)).incident, {
        title: "Disk full",
        priority: "critical",
        serviceId: scene.service("Booking").id
      })
      const [door] = yield* scene.as((yield* Integrations).list(false))
      assert.isNotNull(door!.lastAlertAt)
      assert.strictEqual((yield* post(`/in/${unknownKey}`, { summary: "Disk full" })).status, 404)
    }))

  it.effect("leads to the service that an alert names, and else to its own", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("routed", { services: servicesNamed("Booking", "Payments") })
      yield* makeScene("routed-other", {
        services: [{ name: "Booking", team: "Platform", routingKey: "spa", escalationPolicy: "Default" }]
      })
      const { findByKey, serviceFor } = yield* Integrations
      const door = Option.getOrThrow(yield* findByKey(scene.key))
      const names = yield* Effect.forEach(["payments", "booking", "spa", null], (key) => serviceFor(door, key))
      const [booking, payments] = [scene.service("Booking").id, scene.service("Payments").id]
      assert.deepStrictEqual(names, [payments, booking, booking, booking])
    }))

  it.effect("refuses names that are taken and services of nobody or of others", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("refused")
      const other = yield* makeScene("refused-other")
      const integrations = yield* Integrations
      const { id } = yield* scene.as(integrations.create(prometheus(scene)))
      for (
        const attempt of [
          integrations.create({ ...prometheus(scene), name: "PROMETHEUS" }),
          integrations.replace(id, { ...prometheus(scene), name: "door" })
        ]
      ) {
        assert.deepInclude(yield* Effect.flip(scene.as(attempt)), { _tag: "Conflict", field: "name" })
      }
      for (const serviceId of [ServiceId.make(SecureRandom.uuidV7Unsafe()), other.service("Booking").id]) {
        for (
          const attempt of [
            integrations.create({ ...prometheus(scene), name: "Third", serviceId }),
            integrations.replace(id, { ...prometheus(scene), serviceId })
          ]
        ) {
          const refusal = yield* Effect.flip(scene.as(attempt))
          assert.strictEqual(refusal._tag, "Unprocessable")
          if (refusal._tag !== "Unprocessable") return
          assert.deepStrictEqual(refusal.errors.map(({ path }) => path), [["payload", "serviceId"]])
        }
      }
    }))

  it.effect("is nobody else's", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("own")
      const other = yield* makeScene("own-not")
      const integrations = yield* Integrations
      const { id } = yield* scene.as(integrations.create(prometheus(scene)))
      const refusals = yield* Effect.all([
        Effect.flip(other.as(integrations.get(id, true))),
        Effect.flip(other.as(integrations.replace(id, prometheus(other)))),
        Effect.flip(other.as(integrations.revoke(id)))
      ])
      assert.deepStrictEqual([...new Set(refusals.map(({ _tag }) => _tag))], ["NotFound"])
      assert.isNull((yield* scene.as(integrations.get(id, false))).revokedAt)
    }))
})
