import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql, withTenant } from "@innkeeper/database"
import { ApiKeys, Signer, TenantConfigs } from "@innkeeper/platform"
import { AccessRule, NeedsFeature, type TenantState } from "@innkeeper/platform/api"
import { Outbox } from "@innkeeper/runtime"
import { pooledTenant } from "@innkeeper/testkit"
import { Context, Duration, Effect, Layer, Option, type Schema } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "effect/http"
import { Pager } from "./escalation/Pager.ts"
import { SelfAudit } from "./escalation/SelfAudit.ts"
import { httpLayer } from "./http.fixture.ts"
import type { IncidentId } from "./incident/Incident.ts"
import { Integrations } from "./integration/Integrations.ts"
import { signLink } from "./notification/Links.ts"
import { OncallApi } from "./OncallApi.ts"
import { delivered, looking, makeScene, oncallLayer, pass, publicUrl, type Scene, trigger } from "./testing.fixture.ts"

const request = Effect.fnUntraced(function*(
  method: "GET" | "POST",
  path: string,
  options: { readonly json?: Schema.Json; readonly headers?: Record<string, string> } = {}
) {
  const client = yield* HttpClient.HttpClient
  const response = yield* client.execute(
    HttpClientRequest.make(method)(path).pipe(
      options.json === undefined ? (same) => same : HttpClientRequest.bodyJsonUnsafe(options.json),
      HttpClientRequest.setHeaders(options.headers ?? {})
    )
  ).pipe(Effect.provideService(FetchHttpClient.RequestInit, { redirect: "manual" }))
  return { status: response.status, headers: response.headers, body: (yield* response.json) as Record<string, any> }
})

const setState = Effect.fnUntraced(function*({ document: { tenant: { slug } } }: Scene, state: TenantState) {
  yield* (yield* OwnerSql)`UPDATE tenant SET state = ${state}, updated_at = now() WHERE slug = ${slug}`
  yield* (yield* TenantConfigs).forget([slug])
})

/** Enters a configuration of the scene's tenant. */
const configure = Effect.fnUntraced(function*(
  { document: { tenant: { name, slug } } }: Scene,
  changes: Readonly<Record<string, Schema.Json>>
) {
  const config = pooledTenant(slug, { name, ...changes })
  yield* (yield* TenantConfigs).enter({ tenants: [{ file: "test", config }], dryRun: false, source: "database" })
})

const alert = (summary: string) => ({ summary })
const event = (routing_key: string) => ({
  routing_key,
  event_action: "trigger",
  payload: { summary: "Disk full", source: "db-1", severity: "error" }
})

/** What each receiver answers to an alert for the scene. */
const receive = Effect.fnUntraced(function*(scene: Scene) {
  const integrations = yield* Integrations
  const serviceId = scene.service("Booking").id
  const door = (name: string, kind: "alertmanager" | "opsgenie" | "pagerduty") =>
    scene.as(integrations.create({ name: `${name} ${crypto.randomUUID()}`, kind, serviceId }))
  const prometheus = yield* door("Prometheus", "alertmanager")
  const genie = yield* door("Genie", "opsgenie")
  const pager = yield* door("Pager", "pagerduty")
  return {
    generic: yield* request("POST", `/in/${scene.key}`, { json: alert("Disk full") }),
    alertmanager: yield* request("POST", `/in/${prometheus.key}/alertmanager`, {
      json: { status: "firing", alerts: [{ status: "firing", labels: { alertname: "Full" }, annotations: {} }] }
    }),
    pagerduty: yield* request("POST", "/v2/enqueue", { json: event(pager.key!) }),
    opsgenie: yield* request("POST", "/v2/alerts", {
      json: { message: "Disk full" },
      headers: { authorization: `GenieKey ${genie.key}` }
    })
  }
})

/** The token of the link by which Ada acknowledges an incident. */
const linkOf = (scene: Scene, incidentId: IncidentId) =>
  Effect.flatMap(Signer, (signer) =>
    signLink(signer, {
      tenantId: scene.tenantId,
      incidentId,
      userId: scene.person("Ada").id,
      userName: "Ada",
      action: "acknowledge"
    }, Duration.days(1)))

const statuses = (answers: Effect.Success<ReturnType<typeof receive>>) =>
  Object.values(answers).map(({ status }) => status)

const Live = SelfAudit.layer({ publicUrl }).pipe(
  Layer.provideMerge(Pager.layer),
  Layer.provideMerge(Layer.provideMerge(httpLayer, oncallLayer))
)

layer(Live)("the terms of a tenant", (it) => {
  it.effect("receivers of a tenant that is not served refuse, each in its protocol's manner, and accept nothing", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("refusing")
      const beside = yield* makeScene("beside")
      for (const state of ["suspended", "offboarding", "offboarded", "provisioning"] as const) {
        yield* setState(scene, state)
        const { alertmanager, generic, opsgenie, pagerduty } = yield* receive(scene)
        for (const { body, status } of [generic, alertmanager]) {
          assert.deepStrictEqual([status, body["type"], body["state"]], [
            403,
            "urn:innkeeper:problem:tenant-not-served",
            state
          ])
        }
        assert.deepStrictEqual([pagerduty.status, pagerduty.body["status"]], [403, "forbidden"])
        assert.match(pagerduty.body["errors"][0], /^Meridian (is|was) /)
        assert.strictEqual(opsgenie.status, 403)
        assert.match(opsgenie.body["message"], /^Meridian (is|was) /)
        assert.strictEqual((yield* request("POST", `/in/${beside.key}`, { json: alert("Beside") })).status, 202)
      }
      const [row] = yield* (yield* OwnerSql)<{ count: number }>`
        SELECT count(*)::int AS count FROM alert WHERE tenant_id = ${scene.tenantId}`
      assert.strictEqual(row?.count, 0)
      yield* setState(scene, "active")
      assert.deepStrictEqual(statuses(yield* receive(scene)), [202, 202, 202, 202])
    }))

  it.effect("senders of a tenant with a server of its own are led there, and keep their alerts while it is not to be had", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const scene = yield* makeScene("away")
      const [slug, url] = ["away", "https://away.example.com"]
      const integrations = yield* Integrations
      const { key: genie } = yield* scene.as(
        integrations.create({ name: "Genie", kind: "opsgenie", serviceId: scene.service("Booking").id })
      )
      yield* owner`INSERT INTO moved_integration_key SELECT key_hash, ${slug} FROM integration WHERE tenant_id = ${scene.tenantId}`
      yield* owner`DELETE FROM integration WHERE tenant_id = ${scene.tenantId}`
      yield* owner`UPDATE tenant SET config = config || '{"tier": "isolated"}' WHERE slug = ${slug}`
      yield* owner`INSERT INTO tenant_provisioning (slug, config, url) VALUES (${slug}, '{}', ${url})`
      const send = Effect.all([
        request("POST", `/in/${scene.key}`, { json: alert("Disk full") }),
        request("POST", "/v2/enqueue", { json: event(scene.key) }),
        request("POST", "/v2/alerts", {
          json: { message: "Disk full" },
          headers: { authorization: `GenieKey ${genie}` }
        })
      ])
      // More often than unknown keys may be tried.
      for (const state of Array.from({ length: 20 }, () => ["active", "moving", "suspended"] as const).flat()) {
        yield* setState(scene, state)
        const [generic, pagerduty, opsgenie] = yield* send
        if (state === "active") {
          assert.deepStrictEqual([generic.status, generic.headers["location"]], [308, `${url}/in/${scene.key}`])
          assert.deepStrictEqual([pagerduty.status, pagerduty.headers["location"]], [308, `${url}/v2/enqueue`])
          // Clients leave the header with the key behind when they follow.
          assert.deepStrictEqual([opsgenie.status, opsgenie.headers["retry-after"]], [503, "30"])
          assert.include(opsgenie.body["detail"], `Send to ${url} from now on`)
        } else if (state === "moving") {
          assert.deepStrictEqual([generic, pagerduty, opsgenie].map(({ status }) => status), [503, 503, 503])
          assert.strictEqual(generic.headers["retry-after"], "30")
        } else {
          assert.deepStrictEqual([generic, pagerduty, opsgenie].map(({ status }) => status), [403, 403, 403])
          assert.strictEqual(generic.body["type"], "urn:innkeeper:problem:tenant-not-served")
        }
      }
      // In the pool again, its key that is no more is unknown.
      yield* owner`UPDATE tenant SET config = config || '{"tier": "pooled"}' WHERE slug = ${slug}`
      assert.strictEqual((yield* request("POST", `/in/${scene.key}`, { json: alert("Disk full") })).status, 404)
    }))

  it.effect("links of a tenant that is not served say so, and work when it is again", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("links")
      const incidentId = yield* trigger(scene)
      const token = yield* linkOf(scene, incidentId)
      yield* setState(scene, "suspended")
      for (const path of ["/api/v1/links/preview", "/api/v1/links/use"]) {
        const { body, status } = yield* request("POST", path, { json: { token } })
        assert.deepStrictEqual([status, body["type"]], [403, "urn:innkeeper:problem:tenant-not-served"])
        assert.strictEqual(body["detail"], "Meridian is suspended. Its data is kept until it is resumed.")
      }
      assert.strictEqual((yield* looking(scene, incidentId).incident).status, "triggered")
      yield* setState(scene, "active")
      assert.strictEqual((yield* request("POST", "/api/v1/links/use", { json: { token } })).status, 200)
    }))

  it.effect("escalations of a suspended tenant rest, raise no alarm, and go on when it is resumed", () =>
    Effect.gen(function*() {
      const audit = yield* SelfAudit
      const scene = yield* makeScene("resting")
      const id = yield* trigger(scene)
      yield* delivered(scene, id, 1)
      yield* setState(scene, "suspended")
      yield* pass("5 minutes", "10 seconds")
      assert.lengthOf(yield* looking(scene, id).pages, 1)
      yield* (yield* OwnerSql)`
        UPDATE escalation_run SET next_step_at = now() - interval '5 minutes' WHERE incident_id = ${id}`
      assert.notInclude((yield* audit.check).map(({ incidentId }) => incidentId), id)

      yield* setState(scene, "active")
      assert.notInclude((yield* audit.check).map(({ incidentId }) => incidentId), id)
      yield* Effect.flatMap(
        Outbox,
        ({ publishAll }) => publishAll([{ type: "tenant.resumed", subject: scene.tenantId, payload: {} }])
      ).pipe(
        withTenant,
        asTenant(scene.tenantId)
      )
      const pages = yield* delivered(scene, id, 2)
      assert.deepStrictEqual(pages.map(({ userName }) => userName).toSorted(), ["Ada", "Ben"])
    }))

  it.effect("alerts beyond the quota of a minute are refused, whatever brings them, and others' are not", () =>
    Effect.gen(function*() {
      const [scene, beside] = [yield* makeScene("quota"), yield* makeScene("unlimited")]
      yield* configure(scene, { quotas: { users: 50, alertsPerMinute: 5, retentionDays: 90 } })
      const send = (of: Scene, key = of.key) => request("POST", `/in/${key}`, { json: alert("Disk full") })
      const first = yield* send(scene)
      assert.strictEqual(first.status, 202)
      assert.match(first.headers["ratelimit-policy"]!, /"webhook";q=1000;w=60, "alerts";q=5;w=60/)
      assert.match(first.headers["ratelimit"]!, /"alerts";r=4;t=\d+/)
      assert.deepStrictEqual(statuses(yield* receive(scene)), [202, 202, 202, 202])
      const refused = yield* receive(scene)
      // Alertmanager never sends again what was answered with 4xx.
      assert.deepStrictEqual(statuses(refused), [429, 503, 429, 429])
      for (const { headers } of [refused.generic, refused.alertmanager]) {
        assert.match(headers["retry-after"]!, /^\d+$/)
        assert.match(headers["ratelimit"]!, /"alerts";r=0;t=\d+/)
      }
      assert.match(refused.generic.body["detail"], /^At most 5 a minute/)
      assert.deepInclude(refused.alertmanager.body, {
        type: "urn:innkeeper:problem:limit-reached",
        status: 503,
        retryAfter: Number(refused.alertmanager.headers["retry-after"])
      })
      assert.match(refused.alertmanager.body["detail"], /^Nothing was accepted. At most 5 a minute/)
      assert.strictEqual((yield* send(beside)).status, 202)
      // Raised, it counts at once.
      yield* configure(scene, { quotas: { users: 50, alertsPerMinute: 10_000, retentionDays: 90 } })
      assert.strictEqual((yield* send(scene)).status, 202)
    }))

  it.effect("a batch counts by its alerts, and one above the quota gets through in a minute of its own", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("batch")
      yield* configure(scene, { quotas: { users: 50, alertsPerMinute: 10, retentionDays: 90 } })
      const { key } = yield* scene.as(
        Effect.flatMap(
          Integrations,
          (integrations) =>
            integrations.create({ name: "P", kind: "alertmanager", serviceId: scene.service("Booking").id })
        )
      )
      const batch = (size: number) =>
        request("POST", `/in/${key}/alertmanager`, {
          json: {
            status: "firing",
            alerts: Array.from({ length: size }, (_, n) => ({
              status: "firing",
              labels: { alertname: `Full ${n}` },
              annotations: {},
              fingerprint: `f${n}`
            }))
          }
        })
      assert.strictEqual((yield* batch(6)).status, 202)
      assert.strictEqual((yield* batch(6)).status, 503)
      yield* pass("2 minutes", "10 seconds")
      assert.strictEqual((yield* batch(25)).status, 202)
    }))

  it.effect("a tenant without on-call has no on-call API, no receivers and no pages", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("featureless")
      const { key } = yield* scene.as(
        Effect.flatMap(ApiKeys, (keys) =>
          keys.create({ name: "key", scopes: ["incidents:read", "oncall:read"], expiresAt: null }))
      )
      const headers = { authorization: `Bearer ${key}` }
      const paths = ["/api/v1/incidents", "/api/v1/schedules", "/api/v1/on-call/services", "/api/v1/services"]
      const get = Effect.forEach(paths, (path) =>
        request("GET", path, { headers }))
      assert.deepStrictEqual((yield* get).map(({ status }) => status), [200, 200, 200, 200])
      const token = yield* linkOf(scene, yield* trigger(scene))
      yield* configure(scene, { features: ["travel"] })
      for (const { body, status } of yield* get) {
        assert.deepStrictEqual([status, body["type"], body["detail"]], [
          403,
          "urn:innkeeper:problem:forbidden",
          "Meridian does not have on-call"
        ])
      }
      assert.deepStrictEqual(statuses(yield* receive(scene)), [403, 403, 403, 403])
      assert.strictEqual((yield* request("POST", "/api/v1/links/preview", { json: { token } })).status, 403)
    }))

  it("every endpoint of on-call for people and keys needs the feature", () => {
    const missing = Object.values(OncallApi.groups).flatMap(({ endpoints }) =>
      Object.values(endpoints).filter(({ annotations }) => {
        const rule = Option.getOrUndefined(Context.getOption(annotations, AccessRule))
        const byPrincipal = rule?._tag === "Scoped" || rule?._tag === "SignedIn"
        return byPrincipal && Option.isNone(Context.getOption(annotations, NeedsFeature))
      })
    ).map(({ identifier }) => identifier)
    assert.deepStrictEqual(missing, [])
  })
})
