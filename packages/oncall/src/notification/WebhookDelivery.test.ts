import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { Users } from "@innkeeper/platform"
import { HttpSink } from "@innkeeper/testkit"
import { Clock, Effect, Schedule } from "effect"
import { TestClock } from "effect/testing"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Webhook } from "standardwebhooks"
import { eventually, looking, makeScene, oncallLayer, publicUrl, trigger } from "../testing.fixture.ts"

/** Ada is paged by webhook at the sink, or elsewhere, and nothing else happens for a day. */
const makeWebhookScene = Effect.fnUntraced(function*(slug: string, elsewhere?: string) {
  const url = elsewhere ?? (yield* HttpSink).url
  const scene = yield* makeScene(slug, {
    users: [{
      email: "ada@example.com",
      name: "Ada",
      role: "admin",
      contactMethods: [{ kind: "webhook", address: `${url}/${slug}` }]
    }],
    escalationPolicies: [{
      name: "Default",
      steps: [{ targets: [{ user: "ada@example.com" }], timeoutSeconds: 86_400 }]
    }]
  })
  const requests = Effect.map(
    Effect.flatMap(HttpSink, (sink) => sink.requests),
    (all) => all.filter(({ path }) => path === `/${slug}`)
  )
  return { scene, requests }
})

layer(oncallLayer)("Delivery by webhook", (it) => {
  it.effect("is signed by Standard Webhooks with the person's secret", () =>
    Effect.gen(function*() {
      const { scene, requests } = yield* makeWebhookScene("signed")
      const links = [{ href: "https://runbooks.example.com/disk", text: "Runbook" }]
      const id = yield* trigger(scene, { links })
      const [page] = yield* eventually(looking(scene, id).pages, ([first]) => first?.status === "sent")
      const [request] = yield* requests
      const { "webhook-id": webhookId, "webhook-signature": signature, "webhook-timestamp": timestamp } = request!
        .headers as Record<string, string>
      assert.strictEqual(webhookId, page!.id)
      assert.approximately(Number(timestamp), (yield* Clock.currentTimeMillis) / 1000, 60)
      const headers = {
        "webhook-id": webhookId!,
        "webhook-signature": signature!,
        "webhook-timestamp": timestamp!
      }
      const webhook = new Webhook(scene.webhookSecrets[0]!.secret)
      const told = webhook.verify(request!.body, headers) as {
        readonly type: string
        readonly data: {
          readonly incident: unknown
          readonly user: unknown
          readonly links: unknown
          readonly acknowledgeUrl: string
        }
      }
      assert.strictEqual(told.type, "incident.page")
      assert.deepInclude(told.data.incident, { id, number: 1, title: "Disk full", status: "triggered" })
      assert.deepInclude(told.data.user, { id: scene.person("Ada").id, name: "Ada" })
      assert.deepStrictEqual(told.data.links, links)
      assert.match(told.data.acknowledgeUrl, new RegExp(`^${publicUrl}/link#`))
      assert.throws(() => webhook.verify(request!.body.replace("Disk full", "Disk fine"), headers))
    }))

  it.effect("tries again after a server's error, with the same id", () =>
    Effect.gen(function*() {
      const { behave } = yield* HttpSink
      yield* behave({ _tag: "Answer", status: 500 })
      const { scene, requests } = yield* makeWebhookScene("error")
      const { pages, timeline } = looking(scene, yield* trigger(scene))
      yield* eventually(pages, ([page]) => (page?.attempts.length ?? 0) >= 2)
      yield* behave({ _tag: "Answer", status: 200 })
      const [page] = yield* eventually(pages, ([first]) => first?.status === "sent")
      assert.deepStrictEqual(
        [page!.attempts[0]!.answer, page!.attempts[0]!.outcome, page!.attempts.at(-1)!.answer],
        ["HTTP 500", "temporary-failure", "HTTP 200"]
      )
      // Whoever knows the whole address could post there.
      const { origin } = new URL((yield* HttpSink).url)
      assert.strictEqual(page!.address, `${origin}/…`)
      const [delivered] = (yield* timeline).filter(({ kind }) => kind === "page-delivered")
      assert.strictEqual(delivered!.text, `Delivered: webhook to Ada (${origin}/…)`)
      const taken = yield* requests
      assert.lengthOf(taken, page!.attempts.length)
      assert.deepStrictEqual([...new Set(taken.map(({ headers }) => headers["webhook-id"]))], [page!.id])
      assert.deepStrictEqual(
        (yield* timeline).map(({ kind }) => kind).filter((kind) => kind.startsWith("page-")),
        ["page-failed", "page-delivered"]
      )
    }))

  it.effect("tries again when the server is busy", () =>
    Effect.gen(function*() {
      const { behave } = yield* HttpSink
      yield* behave({ _tag: "Answer", status: 429 })
      const { scene } = yield* makeWebhookScene("busy")
      const { pages } = looking(scene, yield* trigger(scene))
      const [page] = yield* eventually(pages, ([first]) => (first?.attempts.length ?? 0) >= 1)
      assert.strictEqual(page!.attempts[0]!.outcome, "temporary-failure")
      yield* behave({ _tag: "Answer", status: 204 })
      yield* eventually(pages, ([first]) => first?.status === "sent")
    }))

  it.effect("keeps no connection whose answer is longer than anybody reads", () =>
    Effect.gen(function*() {
      const server = createServer((_, response) => response.end("x".repeat(500_000)))
      yield* Effect.acquireRelease(
        Effect.callback<void>((resume) => {
          server.listen(0, "127.0.0.1", () => resume(Effect.void))
        }),
        () =>
          Effect.sync(() => {
            server.closeAllConnections()
            server.close()
          })
      )
      const connections = Effect.callback<number>((resume) => {
        server.getConnections((_, count) => resume(Effect.succeed(count)))
      })
      const { scene } = yield* makeWebhookScene("long", `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
      const id = yield* trigger(scene)
      yield* eventually(looking(scene, id).pages, ([page]) => page?.status === "sent")
      // The garbage collector would close it in the end.
      const left = yield* TestClock.withLive(
        connections.pipe(Effect.repeat({ schedule: Schedule.spaced("20 millis"), until: (n) => n === 0, times: 50 }))
      )
      assert.strictEqual(left, 0)
    }))

  it.effect("gives up where the secret that signs it cannot be read any more", () =>
    Effect.gen(function*() {
      const { requests, scene } = yield* makeWebhookScene("unsealed")
      const owner = yield* OwnerSql
      yield* owner`
        UPDATE contact_method SET secret_sealed = 'v1.sealedbyanothersecret' WHERE tenant_id = ${scene.tenantId}`
      const { incident, pages, timeline } = looking(scene, yield* trigger(scene))
      yield* eventually(incident, ({ escalation }) => escalation?.state === "exhausted")
      assert.deepStrictEqual((yield* pages).map(({ status }) => status), ["failed"])
      const failed = (yield* timeline).find(({ kind }) => kind === "page-failed")
      assert.match(failed!.text, /^Failed for good: webhook to Ada .*: The webhook's signing secret cannot be read/)
      assert.isEmpty(yield* requests)
    }))

  for (const status of [410, 404, 400]) {
    it.effect(`gives up after an answer ${status}`, () =>
      Effect.gen(function*() {
        const { behave } = yield* HttpSink
        yield* behave({ _tag: "Answer", status })
        const { scene, requests } = yield* makeWebhookScene(`answer-${status}`)
        const { pages, timeline } = looking(scene, yield* trigger(scene))
        const [page] = yield* eventually(pages, ([first]) => first !== undefined && first.status !== "pending")
        assert.strictEqual(page!.status, "failed")
        assert.deepStrictEqual(page!.attempts.map(({ answer, outcome }) => [answer, outcome]), [
          [`HTTP ${status}`, "permanent-failure"]
        ])
        const failed = (yield* timeline).find(({ kind }) => kind === "page-failed")
        assert.match(failed!.text, new RegExp(`^Failed for good: webhook to Ada .*: HTTP ${status}$`))
        assert.lengthOf(yield* requests, 1)
      }))
  }

  it.effect("gives up a page when its contact method is removed, and goes on with the other", () =>
    Effect.gen(function*() {
      const { behave, requests: all, url } = yield* HttpSink
      yield* behave({ _tag: "Answer", status: 500 })
      const { scene } = yield* makeWebhookScene("removed")
      const users = yield* Users
      const ada = scene.person("Ada")
      yield* scene.as(users.addContactMethod(ada.id, { kind: "webhook", address: `${url}/kept` }))
      const { pages } = looking(scene, yield* trigger(scene))
      yield* eventually(pages, (all) => all.filter(({ attempts }) => attempts.length > 0).length === 2)
      yield* scene.as(users.removeContactMethod(ada.id, ada.contactMethods[0]!.id))
      const settled = yield* eventually(pages, (all) => all.some(({ status }) => status === "cancelled"))
      assert.deepStrictEqual(settled.map(({ status }) => status).toSorted(), ["cancelled", "pending"])
      yield* behave({ _tag: "Answer", status: 200 })
      yield* eventually(pages, (all) => all.some(({ status }) => status === "sent"), "1 second")
      assert.strictEqual((yield* all).findLast(({ path }) => /^\/(kept|removed)$/.test(path))!.path, "/kept")
    }))

  it.effect("does not follow redirects", () =>
    Effect.gen(function*() {
      const { behave, requests: all, url } = yield* HttpSink
      yield* behave({ _tag: "Answer", status: 307, headers: { location: `${url}/elsewhere` } })
      const { scene } = yield* makeWebhookScene("redirect")
      const { pages } = looking(scene, yield* trigger(scene))
      const [page] = yield* eventually(pages, ([first]) => first !== undefined && first.status !== "pending")
      assert.deepStrictEqual([page!.status, page!.attempts[0]!.answer], ["failed", "HTTP 307"])
      assert.deepStrictEqual((yield* all).filter(({ path }) => path === "/elsewhere"), [])
    }))

  it.effect("tries again when the connection breaks", () =>
    Effect.gen(function*() {
      const { behave } = yield* HttpSink
      yield* behave({ _tag: "Drop" })
      const { scene } = yield* makeWebhookScene("broken")
      const { pages } = looking(scene, yield* trigger(scene))
      const [page] = yield* eventually(pages, ([first]) => (first?.attempts.length ?? 0) >= 1)
      assert.strictEqual(page!.attempts[0]!.outcome, "temporary-failure")
      yield* behave({ _tag: "Answer", status: 200 })
      yield* eventually(pages, ([first]) => first?.status === "sent")
    }))

  it.effect("waits 15 seconds for an answer and then tries again", () =>
    Effect.gen(function*() {
      const { behave } = yield* HttpSink
      yield* behave({ _tag: "Hang" })
      const { scene } = yield* makeWebhookScene("silent")
      const { pages } = looking(scene, yield* trigger(scene))
      const [page] = yield* eventually(pages, ([first]) => (first?.attempts.length ?? 0) >= 1, "200 millis")
      assert.strictEqual(page!.attempts[0]!.outcome, "temporary-failure")
      assert.approximately(page!.attempts[0]!.milliseconds, 15_000, 1000)
      assert.strictEqual(page!.attempts[0]!.answer, "No answer within 15 s")
      yield* behave({ _tag: "Answer", status: 200 })
      yield* eventually(pages, ([first]) => first?.status === "sent")
    }))

  it.effect("lets one silent webhook hold back nobody else", () =>
    Effect.gen(function*() {
      const { behave, url } = yield* HttpSink
      yield* behave({ _tag: "Hang" })
      const scene = yield* makeScene("side-by-side", {
        users: [
          {
            email: "ada@example.com",
            name: "Ada",
            role: "admin",
            contactMethods: [
              { kind: "webhook", address: `${url}/side-by-side` },
              { kind: "email", address: "ada@example.com" }
            ]
          }
        ],
        escalationPolicies: [{
          name: "Default",
          steps: [{ targets: [{ user: "ada@example.com" }], timeoutSeconds: 86_400 }]
        }]
      })
      const { pages } = looking(scene, yield* trigger(scene))
      const seen = yield* eventually(pages, (all) => all.some(({ status }) => status === "sent"))
      assert.deepStrictEqual(seen.map(({ kind, status }) => `${kind} ${status}`).toSorted(), [
        "email sent",
        "webhook pending"
      ])
      yield* behave({ _tag: "Answer", status: 200 })
      yield* eventually(pages, (all) => all.every(({ status }) => status === "sent"), "200 millis")
    }))
})
