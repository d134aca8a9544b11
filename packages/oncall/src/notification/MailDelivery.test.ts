import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { Mailer, smtpTransport } from "@innkeeper/platform"
import { SmtpSink } from "@innkeeper/testkit"
import { Array, Effect, Layer, Redacted, Semaphore } from "effect"
import type { IncidentId } from "../incident/Incident.ts"
import { Incidents } from "../incident/Incidents.ts"
import {
  eventually,
  groundLayer,
  looking,
  makeScene,
  oncallLayer,
  pass,
  publicUrl,
  trigger,
  triggerMany,
  useCasesWith,
  workersLayer
} from "../testing.fixture.ts"
import { Channels } from "./Channels.ts"
import { Deliveries } from "./Deliveries.ts"

/** Pages Ada alone and waits for a day, so that nothing but deliveries happens. */
const onlyAda = {
  escalationPolicies: [{
    name: "Default",
    steps: [{ targets: [{ user: "ada@example.com" }], timeoutSeconds: 86_400 }] as const
  }]
}

const deliveries = Deliveries.layer.pipe(Layer.provide(Channels.layer({ publicUrl })))

layer(Layer.provideMerge(deliveries, oncallLayer))("Delivery by mail", (it) => {
  it.effect("carries the incident and both links, from the configured sender", () =>
    Effect.gen(function*() {
      const { behave, next } = yield* SmtpSink
      yield* behave({ _tag: "Accept" })
      const scene = yield* makeScene("mail", onlyAda)
      const id = yield* trigger(scene, {
        summary: "Disk <full>\r\nBcc: everybody@example.com",
        details: "/var is at 100 %",
        labels: { region: "eu-west" },
        links: [
          { href: "https://runbooks.example.com/disk?a=1&b=\"2", text: "Runbook\nof disks" },
          { href: "javascript:alert(1)", text: "Trap" },
          { href: "HTTPS://example.com/plain", text: "" }
        ]
      })
      const { pages, timeline } = looking(scene, id)
      const [page] = yield* eventually(pages, ([first]) => first?.status === "sent")
      const { content, from, to } = yield* next
      assert.deepStrictEqual([from, to], ["bell@example.com", ["ada@example.com"]])
      assert.strictEqual(content.subject, "[high] #1 Booking: Disk <full> Bcc: everybody@example.com")
      assert.strictEqual(content.messageId, `<${page!.id}@innkeeper.example.com>`)
      for (const part of ["/var is at 100 %", "eu-west", `${publicUrl}/incidents/${id}`]) {
        assert.include(content.text, part)
        assert.include(content.html, part)
      }
      assert.lengthOf(content.text!.match(/https:\/\/innkeeper\.example\.com\/link#\S+/g) ?? [], 2)
      assert.include(content.html, "Disk &lt;full&gt;")
      assert.include(content.text, "Runbook of disks: https://runbooks.example.com/disk?a=1&b=\"2\n")
      assert.include(content.text, "\nHTTPS://example.com/plain\n")
      assert.include(
        content.html,
        `<a href="https://runbooks.example.com/disk?a=1&amp;b=&quot;2">Runbook of disks</a>`
      )
      assert.include(content.html, `<a href="HTTPS://example.com/plain">HTTPS://example.com/plain</a>`)
      assert.notInclude(content.html, "javascript:")
      assert.isNotNull(page!.sentAt)
      assert.deepStrictEqual(page!.attempts.map(({ number, outcome }) => [number, outcome]), [[1, "sent"]])
      assert.include(page!.attempts[0]!.answer, "250")
      assert.strictEqual((yield* timeline).at(-1)?.text, "Delivered: email to Ada (ada@example.com)")
    }))

  it.effect("tries again while the server says later, and records each attempt", () =>
    Effect.gen(function*() {
      const { behave } = yield* SmtpSink
      yield* behave({ _tag: "Reject", code: 451, at: "message" })
      const scene = yield* makeScene("later", onlyAda)
      const { pages, timeline } = looking(scene, yield* trigger(scene))
      const [waiting] = yield* eventually(pages, ([page]) => (page?.attempts.length ?? 0) >= 3)
      assert.strictEqual(waiting!.status, "pending")
      yield* behave({ _tag: "Accept" })
      const [sent] = yield* eventually(pages, ([page]) => page?.status === "sent")
      const outcomes = sent!.attempts.map(({ outcome }) => outcome)
      assert.deepStrictEqual(outcomes, [...outcomes.slice(1).map(() => "temporary-failure" as const), "sent"])
      assert.deepStrictEqual(sent!.attempts.map(({ number }) => number), outcomes.map((_, index) => index + 1))
      assert.include(sent!.attempts[0]!.answer, "451")
      const lines = (yield* timeline).filter(({ kind }) => kind.startsWith("page-"))
      assert.deepStrictEqual(lines.map(({ kind }) => kind), ["page-failed", "page-delivered"])
      assert.match(lines[0]!.text, /^Failed, trying again: email to Ada \(ada@example\.com\): 451/)
    }))

  it.effect("gives up at once when the server refuses for good", () =>
    Effect.gen(function*() {
      const { behave } = yield* SmtpSink
      yield* behave({ _tag: "Reject", code: 550, at: "recipient" })
      const scene = yield* makeScene("refused", onlyAda)
      const { pages, timeline } = looking(scene, yield* trigger(scene))
      const [page] = yield* eventually(pages, ([first]) => first !== undefined && first.status !== "pending")
      assert.deepStrictEqual([page!.status, page!.sentAt], ["failed", null])
      assert.deepStrictEqual(page!.attempts.map(({ outcome }) => outcome), ["permanent-failure"])
      const failed = (yield* timeline).filter(({ kind }) => kind === "page-failed")
      assert.lengthOf(failed, 1)
      assert.match(failed[0]!.text, /^Failed for good: email to Ada \(ada@example\.com\): .*550/)
    }))

  it.effect("gives up after a day of temporary failures, and keeps the first attempt and the last ones", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const { behave } = yield* SmtpSink
      yield* behave({ _tag: "Reject", code: 452, at: "message" })
      const scene = yield* makeScene("a-day", onlyAda)
      const id = yield* trigger(scene)
      const { pages, timeline } = looking(scene, id)
      yield* eventually(pages, ([page]) => (page?.attempts.length ?? 0) >= 1)
      const beganBefore = (ago: string) =>
        owner`
          UPDATE notification SET attempts = (
            SELECT jsonb_agg(attempts -> 0 || jsonb_build_object('number', number, 'at', to_jsonb(
              (attempts -> 0 ->> 'at')::timestamptz - ${ago}::interval) #>> '{}'))
            FROM generate_series(1, 50) AS number)
          WHERE incident_id = ${id}`
      yield* beganBefore("23 hours")
      const [waiting] = yield* eventually(pages, ([page]) => (page?.attempts.at(-1)?.number ?? 0) > 50, "500 millis")
      assert.strictEqual(waiting!.status, "pending")
      assert.deepStrictEqual(waiting!.attempts.map(({ number }) => number), [1, ...Array.range(3, 51)])
      yield* beganBefore("2 hours")
      const [failed] = yield* eventually(pages, ([page]) => page?.status === "failed", "500 millis")
      assert.lengthOf(failed!.attempts, 50)
      assert.lengthOf((yield* timeline).filter(({ text }) => text.startsWith("Failed for good")), 1)
    }))

  it.effect("outlasts an outage: the last page of a policy that is over goes out, and no other of its address", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const { behave, mails } = yield* SmtpSink
      const before = (yield* mails).length
      yield* behave({ _tag: "Reject", code: 451, at: "message" })
      const scene = yield* makeScene("outage", {
        escalationPolicies: [{
          name: "Default",
          steps: [{ targets: [{ user: "ada@example.com" }], timeoutSeconds: 10 }] as const,
          repeat: 3
        }]
      })
      const id = yield* trigger(scene)
      const { incident, pages } = looking(scene, id)
      const numberOf = (page: { readonly attempts: ReadonlyArray<unknown> } | undefined) => page?.attempts.length ?? 0
      yield* eventually(incident, ({ escalation }) => escalation?.state === "exhausted", "1 second")
      const [last] = (yield* eventually(pages, (all) => numberOf(all.at(-1)) > 0)).slice(-1)
      yield* owner`
        UPDATE notification SET attempts = jsonb_set(attempts, '{0,at}', to_jsonb(
          (attempts -> 0 ->> 'at')::timestamptz - interval '2 hours'))
        WHERE id = ${last!.id}`
      yield* eventually(pages, (all) => numberOf(all.at(-1)) > numberOf(last), "500 millis")
      yield* behave({ _tag: "Accept" })
      const all = yield* eventually(pages, (each) => each.every(({ status }) => status !== "pending"), "500 millis")
      assert.deepStrictEqual(all.map(({ status }) => status), ["cancelled", "cancelled", "cancelled", "sent"])
      assert.deepStrictEqual((yield* mails).slice(before).map(({ content }) => content.messageId), [
        `<${last!.id}@innkeeper.example.com>`
      ])
    }))

  it.effect("tries again with the same Message-ID when the server is gone before its answer", () =>
    Effect.gen(function*() {
      const { behave, mails } = yield* SmtpSink
      const before = (yield* mails).length
      yield* behave({ _tag: "Drop", taken: true })
      const scene = yield* makeScene("gone", onlyAda)
      const { pages } = looking(scene, yield* trigger(scene))
      yield* eventually(pages, ([page]) => (page?.attempts.length ?? 0) >= 1)
      yield* behave({ _tag: "Accept" })
      const [page] = yield* eventually(pages, ([first]) => first?.status === "sent")
      const taken = (yield* mails).slice(before)
      assert.isAtLeast(taken.length, 2)
      assert.deepStrictEqual([...new Set(taken.map(({ content }) => content.messageId))], [
        `<${page!.id}@innkeeper.example.com>`
      ])
    }))

  it.effect("tries what waits again as soon as the server is back, which the next page shows", () =>
    Effect.gen(function*() {
      const { behave } = yield* SmtpSink
      yield* behave({ _tag: "Drop", taken: false })
      const scene = yield* makeScene("back", onlyAda)
      const { pages } = looking(scene, yield* trigger(scene, { dedupKey: "before" }))
      yield* eventually(pages, ([page]) => (page?.attempts.length ?? 0) >= 9, "1 second")
      yield* behave({ _tag: "Accept" })
      const next = looking(scene, yield* trigger(scene, { dedupKey: "after" }))
      const [shown] = yield* eventually(next.pages, ([page]) => page?.status === "sent")
      const [sent] = yield* eventually(pages, ([page]) => page?.status === "sent", "200 millis")
      assert.isBelow(sent!.attempts.at(-1)!.at.epochMilliseconds - shown!.attempts.at(-1)!.at.epochMilliseconds, 6000)
    }))

  it.effect("does not wait for ever for a server that does not answer", () =>
    Effect.gen(function*() {
      const { behave } = yield* SmtpSink
      yield* behave({ _tag: "Hang" })
      const scene = yield* makeScene("silent", onlyAda)
      const { pages } = looking(scene, yield* trigger(scene))
      const [page] = yield* eventually(pages, ([first]) => (first?.attempts.length ?? 0) >= 1, "500 millis")
      assert.strictEqual(page!.attempts[0]!.outcome, "temporary-failure")
      assert.approximately(page!.attempts[0]!.milliseconds, 75_000, 1000)
      yield* behave({ _tag: "Accept" })
      yield* eventually(pages, ([first]) => first?.status === "sent")
    }))

  it.effect("waits for a server that has the mail and answers after a minute, and sends it once", () =>
    Effect.gen(function*() {
      const { attempts, behave, mails } = yield* SmtpSink
      const [before, tried] = [(yield* mails).length, yield* attempts]
      yield* behave({ _tag: "TakeLate" })
      const scene = yield* makeScene("slow", onlyAda)
      const { pages } = looking(scene, yield* trigger(scene))
      yield* eventually(attempts, (count) => count > tried)
      yield* pass("1 minute", "500 millis")
      yield* behave({ _tag: "Accept" })
      const [page] = yield* eventually(pages, ([first]) => first?.status === "sent")
      assert.lengthOf(page!.attempts, 1)
      assert.lengthOf((yield* mails).slice(before), 1)
    }))

  it.effect("sends nothing for what was acknowledged while it waited for its turn, and counts no wait", () =>
    Effect.gen(function*() {
      const { attempts, behave, mails } = yield* SmtpSink
      const [before, tried] = [(yield* mails).length, yield* attempts]
      yield* behave({ _tag: "Hang" })
      const scene = yield* makeScene("stale", onlyAda)
      const held = yield* triggerMany(scene, 10)
      yield* eventually(attempts, (count) => count >= tried + 10, "5 millis")
      const stale = yield* trigger(scene, { dedupKey: "stale" })
      const fresh = yield* trigger(scene, { dedupKey: "fresh" })
      const pagesOf = (ids: ReadonlyArray<IncidentId>) =>
        Effect.map(Effect.forEach(ids, (id) => looking(scene, id).pages), (all) => all.flat())
      yield* eventually(pagesOf([stale, fresh]), ({ length }) => length === 2, "5 millis")
      yield* pass("20 seconds", "1 second")
      const { acknowledge } = yield* Incidents
      for (const id of [...held, stale]) yield* scene.as(acknowledge(id, scene.actor("Ben")))
      yield* behave({ _tag: "Accept" })
      const all = yield* eventually(
        pagesOf([fresh, stale, ...held]),
        (pages) => pages.every(({ status }) => status !== "pending"),
        "20 millis"
      )
      assert.deepStrictEqual(all.map(({ status }) => status), ["sent", ...Array.makeBy(11, () => "cancelled" as const)])
      assert.lengthOf((yield* mails).slice(before), 1)
      assert.lengthOf(all[1]!.attempts, 0)
      assert.lengthOf(all[0]!.attempts, 1)
      assert.isBelow(all[0]!.attempts[0]!.milliseconds, 10_000)
    }))

  it.effect("never sends a page again that was taken", () =>
    Effect.gen(function*() {
      const { behave, mails } = yield* SmtpSink
      yield* behave({ _tag: "Accept" })
      const scene = yield* makeScene("once", onlyAda)
      const { pages } = looking(scene, yield* trigger(scene))
      const [page] = yield* eventually(pages, ([first]) => first?.status === "sent")
      const before = (yield* mails).length
      yield* (yield* Deliveries).deliver(scene.tenantId, page!.id, Semaphore.makeUnsafe(1))
      assert.lengthOf(yield* mails, before)
      assert.deepStrictEqual(yield* pages, [page!])
    }))

  it.effect("cancels a page that nobody needs any more", () =>
    Effect.gen(function*() {
      const { attempts, behave } = yield* SmtpSink
      yield* behave({ _tag: "Reject", code: 451, at: "message" })
      const scene = yield* makeScene("cancelled", onlyAda)
      const id = yield* trigger(scene)
      const { pages } = looking(scene, id)
      yield* eventually(pages, ([page]) => (page?.attempts.length ?? 0) >= 1)
      yield* scene.as((yield* Incidents).acknowledge(id, scene.actor("Ben")))
      const before = yield* attempts
      const [page] = yield* eventually(pages, ([first]) => first?.status !== "pending")
      assert.deepStrictEqual([page!.status, page!.sentAt], ["cancelled", null])
      assert.isAtMost((yield* attempts) - before, 1)
    }))

  it.effect("pages each address of a person once", () =>
    Effect.gen(function*() {
      const { behave } = yield* SmtpSink
      yield* behave({ _tag: "Accept" })
      const address = (to: string) => ({ kind: "email" as const, address: to })
      const scene = yield* makeScene("addresses", {
        ...onlyAda,
        users: [{
          email: "ada@example.com",
          name: "Ada",
          role: "admin",
          contactMethods: [address("ada@example.com"), address("ada@phone.example.com")]
        }]
      })
      const { pages } = looking(scene, yield* trigger(scene))
      const sent = yield* eventually(pages, (all) => all.length > 0 && all.every(({ status }) => status === "sent"))
      assert.deepStrictEqual(sent.map((page) => page.address).toSorted(), ["ada@example.com", "ada@phone.example.com"])
    }))
})

const away = Mailer.layer({ from: "Innkeeper <bell@example.com>" }).pipe(
  Layer.provide(smtpTransport({ url: Redacted.make("smtp://127.0.0.1:1") }))
)

layer(Layer.provideMerge(workersLayer, Layer.provideMerge(useCasesWith(away), groundLayer)))(
  "While the mail server is away",
  (it) => {
    it.effect("pages wait with what went wrong, and the next level is paged in time", () =>
      Effect.gen(function*() {
        const scene = yield* makeScene("away")
        const id = yield* trigger(scene)
        const { incident, pages } = looking(scene, id)
        const seen = yield* eventually(pages, ([page]) => (page?.attempts.length ?? 0) >= 2)
        assert.strictEqual(seen[0]!.status, "pending")
        assert.include(seen[0]!.attempts[0]!.answer, "ECONNREFUSED")
        yield* eventually(incident, ({ escalation }) => escalation?.state === "exhausted", "1 second")
        assert.deepStrictEqual((yield* pages).map(({ status, userName }) => [userName, status]), [
          ["Ada", "pending"],
          ["Ben", "pending"]
        ])
        yield* scene.as((yield* Incidents).acknowledge(id, scene.actor("Ada")))
        yield* eventually(pages, (all) => all.every(({ status }) => status === "cancelled"), "5 seconds")
      }))
  }
)
