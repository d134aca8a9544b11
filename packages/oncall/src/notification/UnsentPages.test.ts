import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { Users } from "@innkeeper/platform"
import { SmtpSink, waitsForLock } from "@innkeeper/testkit"
import { Clock, Effect, Fiber, Latch, Layer } from "effect"
import { makeTakeSteps } from "../escalation/takeSteps.ts"
import type { IncidentId } from "../incident/Incident.ts"
import { Incidents } from "../incident/Incidents.ts"
import { tenantTransaction } from "../tenantTransaction.ts"
import {
  eventually,
  looking,
  makeScene,
  oncallLayer,
  pagingWith,
  pass,
  type Scene,
  servicesLayer,
  trigger
} from "../testing.fixture.ts"
import { Channels, DeliveryFailed } from "./Channels.ts"
import { type Delivery, findDeliveries } from "./DeliveryStore.ts"
import type { Attempt } from "./Notification.ts"
import { settlePages } from "./settlePages.ts"

const mailTo = (address: string) => ({ kind: "email" as const, address })

const person = (name: string, ...addresses: ReadonlyArray<string>) => ({
  email: `${name.toLowerCase()}@example.com`,
  name,
  role: "admin" as const,
  contactMethods: addresses.map(mailTo)
})

/** Ada is paged, by her addresses, and an hour later Ben; `repeat` as often again. */
const makeHourly = (slug: string, addresses: ReadonlyArray<string>, repeat = 0) =>
  makeScene(slug, {
    users: [person("Ada", ...addresses), person("Ben", "ben@example.com")],
    escalationPolicies: [{
      name: "Default",
      steps: [
        { targets: [{ user: "ada@example.com" }], timeoutSeconds: 3600 },
        { targets: [{ user: "ben@example.com" }], timeoutSeconds: 3600 }
      ] as const,
      repeat
    }]
  })

/** Contact methods of Ada are taken from her and given to her. */
const change = Effect.fnUntraced(function*(scene: Scene, change: { readonly add?: string; readonly remove?: string }) {
  const users = yield* Users
  const { contactMethods, id } = scene.person("Ada")
  if (change.add !== undefined) yield* scene.as(users.addContactMethod(id, mailTo(change.add)))
  const gone = contactMethods.find(({ address }) => address === change.remove)
  if (gone !== undefined) yield* scene.as(users.removeContactMethod(id, gone.id))
})

const texts = (scene: Scene, id: IncidentId) =>
  Effect.map(
    looking(scene, id).timeline,
    (lines) => lines.map(({ kind, text }) => `${kind}: ${text}`).filter((line) => !line.startsWith("triggered"))
  )

const standing = (pages: ReadonlyArray<{ readonly address: string; readonly status: string }>) =>
  pages.map(({ address, status }) => `${address} ${status}`).toSorted()

const gone = "page-failed: Not sent: email to Ada (ada@example.com): the person or the contact method is gone"
const goesOn = "step-skipped: Level 1: nobody could be reached; going on at once"

layer(oncallLayer)("A page whose way is gone", (it) => {
  /** Pages Ada, by a mail server that says later, and waits for the first attempt. */
  const pageInVain = Effect.fnUntraced(function*(slug: string, ...addresses: ReadonlyArray<string>) {
    yield* (yield* SmtpSink).behave({ _tag: "Reject", code: 451, at: "message" })
    const scene = yield* makeHourly(slug, addresses)
    const id = yield* trigger(scene)
    const { pages } = looking(scene, id)
    yield* eventually(
      pages,
      (all) => all.length === addresses.length && all.every(({ attempts }) => attempts.length > 0)
    )
    return { scene, id, pages, began: yield* Clock.currentTimeMillis }
  })

  it.effect("is followed by one to the person's new address, in the same step", () =>
    Effect.gen(function*() {
      const { id, pages, scene } = yield* pageInVain("swapped", "ada@example.com")
      const { nextStepAt } = (yield* looking(scene, id).incident).escalation!
      yield* change(scene, { add: "new@example.com", remove: "ada@example.com" })
      yield* (yield* SmtpSink).behave({ _tag: "Accept" })
      const all = yield* eventually(pages, (each) => each.some(({ status }) => status === "sent"), "200 millis")
      assert.deepStrictEqual(standing(all), ["ada@example.com cancelled", "new@example.com sent"])
      assert.deepStrictEqual((yield* looking(scene, id).incident).escalation?.nextStepAt, nextStepAt)
      assert.deepStrictEqual((yield* texts(scene, id)).slice(2), [
        gone,
        "paged: Level 1: paging Ada (email) instead",
        "page-delivered: Delivered: email to Ada (new@example.com)"
      ])
    }))

  it.effect("is followed by the next step at once where the person has no other", () =>
    Effect.gen(function*() {
      const { began, id, pages, scene } = yield* pageInVain("removed", "ada@example.com")
      yield* change(scene, { remove: "ada@example.com" })
      yield* (yield* SmtpSink).behave({ _tag: "Accept" })
      const all = yield* eventually(pages, (each) => each.some(({ status }) => status === "sent"), "200 millis")
      assert.deepStrictEqual(standing(all), ["ada@example.com cancelled", "ben@example.com sent"])
      assert.isBelow((yield* Clock.currentTimeMillis) - began, 600_000)
      assert.deepStrictEqual((yield* texts(scene, id)).slice(2), [
        gone,
        goesOn,
        "paged: Level 2: paging Ben (email)",
        "page-delivered: Delivered: email to Ben (ben@example.com)"
      ])
    }))

  it.effect("is so, too, when the person was deactivated", () =>
    Effect.gen(function*() {
      const { id, pages, scene } = yield* pageInVain("deactivated", "ada@example.com")
      yield* scene.as(Effect.flatMap(Users, (users) => users.update(scene.person("Ada").id, { active: false })))
      yield* eventually(pages, (each) => each.some(({ userName }) => userName === "Ben"), "200 millis")
      assert.include(yield* texts(scene, id), goesOn)
    }))

  it.effect("is followed by nothing while another page of the step is on its way", () =>
    Effect.gen(function*() {
      const { id, pages, scene } = yield* pageInVain("one-of-two", "ada@example.com", "phone@example.com")
      const { nextStepAt } = (yield* looking(scene, id).incident).escalation!
      yield* change(scene, { remove: "ada@example.com" })
      yield* eventually(pages, (each) => each.some(({ status }) => status === "cancelled"), "200 millis")
      yield* (yield* SmtpSink).behave({ _tag: "Accept" })
      const all = yield* eventually(pages, (each) => each.every(({ status }) => status !== "pending"), "200 millis")
      assert.deepStrictEqual(standing(all), ["ada@example.com cancelled", "phone@example.com sent"])
      assert.deepStrictEqual((yield* looking(scene, id).incident).escalation?.nextStepAt, nextStepAt)
      const lines = yield* texts(scene, id)
      assert.include(lines, gone)
      assert.notInclude(lines, goesOn)
    }))

  it.effect("is cancelled without a word when the incident was acknowledged", () =>
    Effect.gen(function*() {
      const { id, pages, scene } = yield* pageInVain("acknowledged", "ada@example.com")
      yield* change(scene, { add: "new@example.com", remove: "ada@example.com" })
      yield* scene.as(Effect.flatMap(Incidents, ({ acknowledge }) => acknowledge(id, scene.actor("Ben"))))
      const all = yield* eventually(pages, (each) => each.every(({ status }) => status !== "pending"), "200 millis")
      assert.deepStrictEqual(standing(all), ["ada@example.com cancelled"])
      assert.match((yield* texts(scene, id)).at(-1)!, /^acknowledged/)
    }))
})

/** A provider that refuses Ada's pages for good, and all of them of incidents that say so. */
const channels = Layer.succeed(
  Channels,
  Channels.of({
    send: (_, { incident: { title }, userName }) =>
      userName === "Ada" || title === "Nobody"
        ? Effect.fail(new DeliveryFailed({ permanent: true, away: false, answer: "550 no such user" }))
        : Effect.succeed("taken")
  })
)

layer(Layer.provideMerge(pagingWith(channels), servicesLayer))("A page that is refused for good", (it) => {
  const refused = (address: string) => `page-failed: Failed for good: email to Ada (${address}): 550 no such user`

  it.effect("is followed by the next step at once, when all of its step are, and once", () =>
    Effect.gen(function*() {
      const scene = yield* makeHourly("refused", ["ada@example.com", "phone@example.com"])
      const began = yield* Clock.currentTimeMillis
      const id = yield* trigger(scene)
      const { pages } = looking(scene, id)
      yield* eventually(pages, (all) => all.some(({ status }) => status === "sent"))
      assert.isBelow((yield* Clock.currentTimeMillis) - began, 60_000)
      yield* pass("1 minute", "5 seconds")
      assert.deepStrictEqual(standing(yield* pages), [
        "ada@example.com failed",
        "ben@example.com sent",
        "phone@example.com failed"
      ])
      const lines = yield* texts(scene, id)
      assert.includeMembers(lines, [refused("ada@example.com"), refused("phone@example.com")])
      assert.deepStrictEqual(lines.filter((line) => line === goesOn), [goesOn])
      assert.deepStrictEqual(lines.slice(-2), [
        "paged: Level 2: paging Ben (email)",
        "page-delivered: Delivered: email to Ben (ben@example.com)"
      ])
    }))

  it.effect("ends a policy at once that reaches nobody, and waits before another pass", () =>
    Effect.gen(function*() {
      const once = yield* makeHourly("ends", ["ada@example.com"])
      const ended = yield* trigger(once, { summary: "Nobody" })
      yield* eventually(looking(once, ended).incident, ({ escalation }) => escalation?.state === "exhausted")
      assert.lengthOf(yield* looking(once, ended).pages, 2)

      const twice = yield* makeHourly("repeats", ["ada@example.com"], 1)
      const id = yield* trigger(twice, { summary: "Nobody" })
      const { incident, pages } = looking(twice, id)
      yield* eventually(pages, (all) => all.length === 2 && all.every(({ status }) => status === "failed"))
      yield* pass("5 minutes", "10 seconds")
      assert.lengthOf(yield* pages, 2)
      assert.deepInclude((yield* incident).escalation, { state: "running", level: 2, pass: 1 })
    }))

  it.effect("counts as reaching nobody where the last level of a pass has nobody on call", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("silent", {
        escalationPolicies: [{
          name: "Default",
          steps: [
            { targets: [{ user: "ada@example.com" }], timeoutSeconds: 3600 },
            { targets: [{ schedule: "Nobody" }], timeoutSeconds: 3600 }
          ],
          repeat: 2
        }]
      })
      const id = yield* trigger(scene)
      const { incident, pages } = looking(scene, id)
      yield* eventually(incident, ({ escalation }) => escalation?.level === 2)
      yield* pass("5 minutes", "10 seconds")
      assert.deepStrictEqual(standing(yield* pages), ["ada@example.com failed"])
      assert.deepInclude((yield* incident).escalation, { state: "running", level: 2, pass: 1 })
      assert.include(
        yield* texts(scene, id),
        "step-skipped: Level 2: nobody on call could be paged; trying again in 1h"
      )
    }))
})

layer(servicesLayer)("Pages that are settled by two processes", (it) => {
  const attempted = (outcome: Attempt["outcome"]) => ({
    number: 1,
    at: "2026-01-05T08:00:00.000Z",
    milliseconds: 1,
    outcome,
    answer: ""
  })

  /** An incident, and the pages of its first step, which nobody has handed over. */
  const pageByHand = Effect.fnUntraced(function*(slug: string, ...addresses: ReadonlyArray<string>) {
    const inTenant = yield* tenantTransaction
    const scene = yield* makeHourly(slug, addresses)
    const id = yield* trigger(scene)
    const takeSteps = yield* makeTakeSteps
    const { pages } = (yield* inTenant(
      scene.tenantId,
      takeSteps([{ incidentId: id, run: 1, stage: 0, traceparent: null }])
    ))[0]!
    const deliveries = yield* inTenant(
      scene.tenantId,
      findDeliveries(pages.map((page) => ({ tenantId: scene.tenantId, id: page.id })))
    )
    return { deliveries, id, scene }
  })

  it.effect("stay sent, whatever becomes of the other's attempt", () =>
    Effect.gen(function*() {
      const inTenant = yield* tenantTransaction
      const { deliveries: [delivery], id, scene } = yield* pageByHand("frozen", "ada@example.com")
      const { pages } = looking(scene, id)
      const settle = ([status, outcome]: readonly ["sent" | "failed" | "pending", Attempt["outcome"]]) =>
        inTenant(
          scene.tenantId,
          settlePages([{
            delivery: delivery!,
            traceparent: null,
            attempt: attempted(outcome),
            status
          }])
        )
      yield* settle(["failed", "permanent-failure"])
      yield* settle(["sent", "sent"])
      const [sent] = yield* pages
      for (const late of [["pending", "temporary-failure"], ["failed", "permanent-failure"]] as const) {
        yield* settle(late)
        const [page] = yield* pages
        assert.deepStrictEqual([page!.status, page!.sentAt], ["sent", sent!.sentAt])
      }
      assert.lengthOf((yield* pages)[0]!.attempts, 4)
    }))

  it.effect("are told of once, and hand over what follows, when the answer to the first time was lost", () =>
    Effect.gen(function*() {
      const inTenant = yield* tenantTransaction
      const { deliveries, id, scene } = yield* pageByHand("lost", "ada@example.com", "phone@example.com")
      const [sent, refused] = [deliveries[0]!, deliveries[1]!]
      yield* change(scene, { add: "new@example.com" })
      const outcomes = [
        { delivery: sent, attempt: attempted("sent"), status: "sent" },
        { delivery: refused, attempt: attempted("permanent-failure"), status: "failed" }
      ] as const
      const settle = (again: boolean) =>
        inTenant(scene.tenantId, settlePages(outcomes.map((each) => ({ ...each, traceparent: null, again }))))
      yield* settle(false)
      const lines = yield* texts(scene, id)
      const { due, written } = yield* settle(true)
      assert.deepStrictEqual(yield* texts(scene, id), lines)
      const pages = yield* looking(scene, id).pages
      assert.deepStrictEqual(pages.map(({ attempts }) => attempts.length), [1, 1, 0])
      assert.include(written.map(({ page }) => page.id), pages[2]!.id)
      assert.isNotNull(due)
    }))

  it.effect("go on once, whichever is first, however often it is written down", () =>
    Effect.gen(function*() {
      const inTenant = yield* tenantTransaction
      const owner = yield* OwnerSql
      const { deliveries, id, scene } = yield* pageByHand("races", "ada@example.com", "phone@example.com")
      const settle = (delivery: Delivery, meanwhile: Effect.Effect<void>) =>
        inTenant(
          scene.tenantId,
          Effect.tap(
            settlePages([{ delivery, traceparent: null, attempt: null, status: "cancelled" }]),
            () => meanwhile
          )
        )
      const written = yield* Latch.make(false)
      const [one, two] = [deliveries[0]!, deliveries[1]!]
      const first = yield* Effect.forkChild(
        settle(
          one,
          Effect.andThen(written.open, waitsForLock("FROM incident")).pipe(
            Effect.orDie,
            Effect.provideService(OwnerSql, owner)
          )
        )
      )
      yield* written.await
      const second = yield* settle(two, Effect.void)
      assert.isNull((yield* Fiber.join(first)).due)
      assert.isNotNull(second.due)
      for (const again of [one, two]) assert.isNull((yield* settle(again, Effect.void)).due)
      assert.deepStrictEqual((yield* texts(scene, id)).filter((line) => line === goesOn), [goesOn])
      assert.lengthOf((yield* texts(scene, id)).filter((line) => line.startsWith("page-failed")), 2)
    }))
})
