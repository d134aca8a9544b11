import { NodeFileSystem } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { LinkPreview } from "@innkeeper/oncall/api"
import { SmtpSink } from "@innkeeper/testkit"
import { DateTime, Effect, Layer, Schema } from "effect"
import { eventually } from "./eventually.fixture.ts"
import { alertsOf, incidentOf, incidentsOf, mailTo, notificationsOf, timelineOf } from "./incidents.fixture.ts"
import { makeDataFolder } from "./process.fixture.ts"
import { Server, startServer } from "./server.fixture.ts"
import { actingOn, makeTenant, type Tenant } from "./tenant.fixture.ts"

const decodeAccepted = Schema.decodeUnknownSync(Schema.Struct({ incidentId: Schema.String }))
const decodePreview = Schema.decodeUnknownSync(LinkPreview)

/** Fires an alert as the line of the banner does; gives the incident's id. */
const fire = Effect.fnUntraced(function*(tenant: Tenant, summary: string) {
  const server = yield* Server
  const answer = yield* server.call("POST", `/in/${tenant.keys.generic}`, { json: { summary, priority: "critical" } })
  assert.strictEqual(answer.status, 202, answer.text)
  return decodeAccepted(answer.json).incidentId
})

const secondsBetween = (from: DateTime.Utc, until: DateTime.Utc) =>
  (DateTime.toEpochMillis(until) - DateTime.toEpochMillis(from)) / 1000

/** When each person was paged, in order. */
const pagesOf = (tenant: Tenant, id: string) =>
  Effect.map(
    notificationsOf(tenant, id),
    (pages) =>
      pages.toSorted((a, b) => DateTime.toEpochMillis(a.createdAt) - DateTime.toEpochMillis(b.createdAt))
        .map(({ createdAt, status, userName }) => ({ at: createdAt, who: userName.split(" ", 1)[0], status }))
  )

/** Far above what a step takes, for machines that do much else. */
const generous = 30

layer(Server.layer(), { excludeTestServices: true, timeout: "170 seconds" })("A night", (it) => {
  it.effect("who is paged acknowledges by the link of the mail, and nobody else is paged", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const tenant = yield* makeTenant(server, "answered", { timeoutSeconds: 20 })
      const id = yield* fire(tenant, "Booking page answers 500")
      const ignored = yield* fire(tenant, "Nobody looks at this one")

      const mails = yield* mailTo(tenant, "first", 2)
      const mail = mails.find(({ subject }) => subject.includes("Booking page answers 500")) ?? assert.fail("No mail")
      assert.include(mail.subject, "[critical]")
      const link = /Acknowledge: (\S+)/.exec(mail.text ?? "")?.[1] ?? assert.fail(`No link in ${mail.text}`)
      const token = new URL(link).hash.slice(1)

      // What a mail scanner does.
      for (const method of ["GET", "HEAD"]) {
        const page = yield* server.call(method, new URL(link).pathname)
        assert.isBelow(page.status, 500)
      }
      assert.strictEqual((yield* server.call("GET", `/api/v1/links/use?token=${token}`)).status, 405)
      const preview = yield* server.ok("POST", "/api/v1/links/preview", { json: { token } })
      assert.deepStrictEqual(
        [decodePreview(preview.json).action, decodePreview(preview.json).incident.status],
        ["acknowledge", "triggered"]
      )
      assert.strictEqual((yield* incidentOf(tenant, id)).status, "triggered")

      yield* server.ok("POST", "/api/v1/links/use", { json: { token } })
      const acknowledged = yield* incidentOf(tenant, id)
      assert.strictEqual(acknowledged.status, "acknowledged")
      assert.strictEqual(acknowledged.acknowledgedBy?.name, "first of answered (by link)")
      assert.strictEqual(acknowledged.escalation?.nextStepAt, null)
      // Pressed twice.
      yield* server.ok("POST", "/api/v1/links/use", { json: { token } })

      // By when the other one has gone on, this one would have, too.
      yield* eventually(
        "the second level of the incident that nobody answers",
        pagesOf(tenant, ignored),
        (pages) => pages.length === 2
      )
      assert.deepStrictEqual((yield* pagesOf(tenant, id)).map(({ who }) => who), ["first"])
      const timeline = yield* timelineOf(tenant, id)
      assert.deepStrictEqual(timeline.map(({ kind }) => kind).toSorted(), [
        "acknowledged",
        "page-delivered",
        "paged",
        "triggered"
      ])
      const damaged = yield* server.call("POST", "/api/v1/links/use", { json: { token: `${token.slice(0, -4)}AAAA` } })
      assert.strictEqual(damaged.status, 410, damaged.text)
    }))

  it.effect("who does not answer is followed by the next level, pass after pass, until all were asked", () =>
    Effect.gen(function*() {
      const tenant = yield* makeTenant(yield* Server, "unanswered", { timeoutSeconds: 3, repeat: 1 })
      const id = yield* fire(tenant, "Nobody is there")
      const incident = yield* eventually(
        "the escalation is exhausted",
        incidentOf(tenant, id),
        ({ escalation }) => escalation?.state === "exhausted",
        "150 seconds"
      )
      assert.strictEqual(incident.status, "triggered")
      const pages = yield* pagesOf(tenant, id)
      assert.deepStrictEqual(pages.map(({ who }) => who), ["first", "second", "first", "second"])
      pages.slice(1).forEach(({ at }, index) => {
        const waited = secondsBetween(pages[index]?.at ?? at, at)
        assert.isTrue(waited >= 2.9 && waited < 3 + generous, `Waited ${waited} s`)
      })
      assert.includeMembers((yield* timelineOf(tenant, id)).map(({ kind }) => kind), ["repeated", "exhausted"])
    }))

  it.effect("200 alerts of one thing at once are one incident, and one page", () =>
    Effect.gen(function*() {
      const tenant = yield* makeTenant(yield* Server, "storm")
      const ids = yield* Effect.all(Array.from({ length: 200 }, () => fire(tenant, "The same thing")), {
        concurrency: "unbounded"
      })
      assert.strictEqual(new Set(ids).size, 1)
      const incidents = yield* incidentsOf(tenant)
      assert.deepStrictEqual(incidents.map(({ alertCount, number }) => ({ alertCount, number })), [
        { alertCount: 200, number: 1 }
      ])
      const id = ids[0] ?? ""
      const first = yield* alertsOf(tenant, id)
      const second = yield* alertsOf(tenant, id, `&cursor=${encodeURIComponent(first.nextCursor ?? "")}`)
      assert.strictEqual(new Set([...first.items, ...second.items].map((alert) => alert.id)).size, 200)
      yield* eventually(
        "the page is delivered",
        pagesOf(tenant, id),
        (pages) => pages.length > 0 && pages.every(({ status }) => status === "sent")
      )
      assert.lengthOf(yield* pagesOf(tenant, id), 1)
    }))
})

layer(Layer.mergeAll(SmtpSink.layer, NodeFileSystem.layer), { excludeTestServices: true, timeout: "170 seconds" })(
  "A power cut",
  (it) => {
    it.effect("delays the next page by the downtime at most, and nobody is paged twice for one level", () =>
      Effect.gen(function*() {
        const sink = yield* SmtpSink
        const dataFolder = yield* makeDataFolder
        const start = startServer({ dataFolder, env: { SMTP_URL: sink.url } })
        const timeout = 8

        const before = yield* start
        const tenant = yield* makeTenant(before, "cut", { timeoutSeconds: timeout, repeat: 1 })
        const id = yield* Effect.provideService(fire(tenant, "The power is out"), Server, before)

        /** Waits for the page of a level, and until it is recorded: only then is it certain not to be repeated. */
        const delivered = (reading: Tenant, count: number) =>
          eventually(
            `${count} pages are delivered`,
            pagesOf(reading, id),
            (pages) => pages.length === count && pages.every(({ status }) => status === "sent")
          )
        const [first] = yield* delivered(tenant, 1)
        yield* before.kill

        // Back before the next level is due, or soon after.
        const between = yield* start
        const ready = yield* DateTime.now
        const [, second] = yield* delivered({ ...tenant, ...actingOn(between, tenant.admin) }, 2)
        const due = DateTime.add(first?.at ?? ready, { seconds: timeout })
        const late = secondsBetween(due, second?.at ?? ready)
        assert.isAtLeast(late, -0.1)
        assert.isBelow(late, Math.max(0, secondsBetween(due, ready)) + generous)
        yield* between.kill

        // Back only when the next level was due long ago.
        const dueAgain = DateTime.add(second?.at ?? ready, { seconds: timeout + 1 })
        yield* Effect.sleep(Math.max(0, secondsBetween(yield* DateTime.now, dueAgain)) * 1000)
        const after = yield* start
        const readyAgain = yield* DateTime.now
        const reading = { ...tenant, ...actingOn(after, tenant.admin) }
        const [, , third] = yield* delivered(reading, 3)
        const lateAgain = secondsBetween(readyAgain, third?.at ?? readyAgain)
        assert.isBelow(lateAgain, generous)

        yield* eventually(
          "the escalation is exhausted",
          incidentOf(reading, id),
          ({ escalation }) => escalation?.state === "exhausted",
          "60 seconds"
        )
        const people = (yield* sink.mails).flatMap(({ to }) => to).map((address) => address.split("@", 1)[0])
        assert.deepStrictEqual(people, ["first", "second", "first", "second"])
        assert.deepStrictEqual((yield* pagesOf(reading, id)).map(({ who }) => who), people)
        yield* after.stop
      }))
  }
)
