import { assert, layer } from "@effect/vitest"
import { Users } from "@innkeeper/platform"
import { longTransaction, tick } from "@innkeeper/testkit"
import { Clock, Effect } from "effect"
import type { IncidentId } from "../incident/Incident.ts"
import { Incidents } from "../incident/Incidents.ts"
import {
  delivered,
  eventually,
  looking,
  makeScene,
  oncallLayer,
  pass,
  type Scene,
  send,
  trigger,
  triggerMany
} from "../testing.fixture.ts"
import { EscalationPolicies } from "./EscalationPolicies.ts"

const user = (name: string) => ({ user: `${name}@example.com` })

/** Pages Ada and then Ben, a minute each. */
const levels = [
  { targets: [user("ada")], timeoutSeconds: 60 },
  { targets: [user("ben")], timeoutSeconds: 60 }
] as const

const policy = (parts: object) => ({ escalationPolicies: [{ name: "Default", steps: levels, ...parts }] })

/** How the incident's current run stands. */
const standingOf = (scene: Scene, id: IncidentId) =>
  Effect.map(
    looking(scene, id).incident,
    ({ escalation }) => [escalation?.run, escalation?.state, escalation?.nextStepAt]
  )

/** Waits until an incident of the same policy, opened now, has gone through all its levels unanswered. */
const outlastPolicy = Effect.fnUntraced(function*(scene: Scene) {
  const other = yield* trigger(scene, { dedupKey: "unanswered" })
  yield* eventually(looking(scene, other).incident, ({ escalation }) => escalation?.state === "exhausted", "1 second")
})

const users = (pages: ReadonlyArray<{ readonly userName: string }>) => pages.map(({ userName }) => userName)

layer(oncallLayer)("Escalation", (it) => {
  it.effect("pages level after level, repeats, calls the last resort and says so", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("exhausted", policy({ repeat: 1, lastResort: [user("ada"), user("ben")] }))
      const id = yield* trigger(scene)
      const { incident, pages, timeline } = looking(scene, id)
      yield* delivered(scene, id, 6)
      // The last resort has as long to answer as the last level.
      assert.deepInclude((yield* incident).escalation, { state: "running", next: null })
      const ended = yield* eventually(incident, ({ escalation }) => escalation?.state === "exhausted")
      assert.deepInclude(ended.escalation, { level: 2, pass: 2, nextStepAt: null })
      assert.strictEqual(ended.status, "triggered")
      assert.deepStrictEqual((yield* pages).map(({ userName }) => userName).slice(0, 4), ["Ada", "Ben", "Ada", "Ben"])

      const lines = yield* timeline
      assert.deepStrictEqual(
        lines.filter(({ kind }) => !kind.startsWith("page-")).map(({ kind, text }) => [kind, text]),
        [
          ["triggered", "Disk full"],
          ["paged", "Level 1: paging Ada (email)"],
          ["paged", "Level 2: paging Ben (email)"],
          ["repeated", "Nobody answered: pass 2 begins"],
          ["paged", "Level 1: paging Ada (email)"],
          ["paged", "Level 2: paging Ben (email)"],
          ["last-resort", "Last resort: paging Ada (email), Ben (email)"],
          ["exhausted", "Nobody answered: the escalation policy has no further step"]
        ]
      )
      const times = lines.map(({ at }) => at.epochMilliseconds)
      assert.deepStrictEqual(times, times.toSorted((a, b) => a - b))
      assert.lengthOf(lines.filter(({ kind }) => kind === "page-delivered"), 6)
    }))

  it.effect("pages within seconds while a transaction of somebody else takes long", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("held", policy({}))
      const { end } = yield* longTransaction
      const began = yield* Clock.currentTimeMillis
      const { pages } = looking(scene, yield* trigger(scene))
      yield* eventually(pages, (all) => all.some(({ status }) => status === "sent"))
      assert.isBelow((yield* Clock.currentTimeMillis) - began, 10_000)
      yield* end
      assert.deepStrictEqual(users(yield* pages), ["Ada"])
    }))

  it.effect("pages nobody after an acknowledgement, and its run ends at once", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("acknowledged", policy({ repeat: 2, lastResort: [user("ben")] }))
      const id = yield* trigger(scene)
      yield* delivered(scene, id, 1)
      yield* scene.as((yield* Incidents).acknowledge(id, scene.actor("Ada")))
      assert.deepStrictEqual(yield* standingOf(scene, id), [1, "stopped", null])
      yield* outlastPolicy(scene)
      assert.deepStrictEqual(users(yield* looking(scene, id).pages), ["Ada"])
      assert.strictEqual((yield* looking(scene, id).timeline).at(-1)?.kind, "acknowledged")
    }))

  it.effect("pages nobody when the acknowledgement comes before the first page", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("acknowledged-first")
      const id = yield* trigger(scene)
      yield* scene.as((yield* Incidents).acknowledge(id, scene.actor("Ada")))
      const before = yield* looking(scene, id).pages
      yield* outlastPolicy(scene)
      const pages = yield* looking(scene, id).pages
      assert.lengthOf(pages, before.length)
      assert.deepStrictEqual(pages.filter(({ status }) => status === "pending"), [])
    }))

  it.effect("writes no page after an acknowledgement, however close they come", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("close")
      const { acknowledge } = yield* Incidents
      const ids = yield* triggerMany(scene, 40)
      yield* Effect.forEach(
        ids,
        (id) => Effect.andThen(tick("5 millis"), scene.as(acknowledge(id, scene.actor("Ada")))),
        { concurrency: 4, discard: true }
      )
      yield* outlastPolicy(scene)
      const histories = yield* Effect.forEach(ids, (id) => looking(scene, id).timeline)
      for (const lines of histories) {
        const kinds = lines.map(({ kind }) => kind)
        assert.isBelow(kinds.lastIndexOf("paged"), kinds.indexOf("acknowledged"))
      }
    }))

  it.effect("ends with a resolution by a person or by an alert", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("resolved")
      const byPerson = yield* trigger(scene, { dedupKey: "person" })
      const byAlert = yield* trigger(scene, { dedupKey: "alert" })
      yield* delivered(scene, byPerson, 1)
      yield* delivered(scene, byAlert, 1)
      yield* scene.as((yield* Incidents).resolve(byPerson, scene.actor("Ada")))
      yield* send(scene, { dedupKey: "alert", action: "resolve" })
      for (const id of [byPerson, byAlert]) assert.deepStrictEqual(yield* standingOf(scene, id), [1, "stopped", null])
      yield* outlastPolicy(scene)
      for (const id of [byPerson, byAlert]) assert.deepStrictEqual(users(yield* looking(scene, id).pages), ["Ada"])
    }))

  it.effect("moves with a reassignment: the first run pages nobody any more, the second pages the person and then the policy", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("reassigned", policy({}))
      const id = yield* trigger(scene)
      yield* delivered(scene, id, 1)
      yield* scene.as(
        (yield* Incidents).reassign(id, scene.actor("Ada"), { kind: "user", id: scene.person("Ben").id })
      )
      yield* delivered(scene, id, 2)
      const now = yield* looking(scene, id).incident
      assert.deepInclude(now.escalation, { run: 2, state: "running", level: 1 })
      assert.deepStrictEqual(now.paged.map(({ name }) => name), ["Ben"])
      yield* delivered(scene, id, 4)
      yield* eventually(looking(scene, id).incident, ({ escalation }) => escalation?.state === "exhausted", "1 second")
      assert.deepStrictEqual(users(yield* looking(scene, id).pages), ["Ada", "Ben", "Ada", "Ben"])
    }))

  it.effect("goes on at once past levels where nobody is on call or can be paged, and says so", () =>
    Effect.gen(function*() {
      const steps = [
        { targets: [{ schedule: "Nobody" }], timeoutSeconds: 3600 },
        { targets: [user("cleo")], timeoutSeconds: 3600 },
        { targets: [user("ada"), user("cleo"), { schedule: "Nobody" }], timeoutSeconds: 3600 }
      ]
      const scene = yield* makeScene("nobody", policy({ steps }))
      const before = yield* Clock.currentTimeMillis
      const id = yield* trigger(scene)
      const { pages, timeline } = looking(scene, id)
      yield* eventually(pages, (all) => all.some(({ status }) => status === "sent"))
      assert.isBelow((yield* Clock.currentTimeMillis) - before, 30_000)
      assert.deepStrictEqual((yield* timeline).map(({ text }) => text).slice(1, 4), [
        "Level 1: nobody on call could be paged; going on at once",
        "Level 2: nobody on call could be paged; going on at once",
        "Level 3: paging Ada (email)"
      ])
    }))

  it.effect("begins no pass at once after one that reached nobody, and pages who can be paged by then", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene(
        "nobody-yet",
        policy({ repeat: 2, steps: [{ targets: [user("cleo")], timeoutSeconds: 3600 }] })
      )
      const id = yield* trigger(scene)
      const { pages, timeline } = looking(scene, id)
      yield* eventually(timeline, (lines) => lines.some(({ kind }) => kind === "step-skipped"))
      yield* scene.as(
        (yield* Users).addContactMethod(scene.person("Cleo").id, { kind: "email", address: "cleo@example.com" })
      )
      yield* eventually(pages, (all) => all.some(({ status }) => status === "sent"), "1 minute")
      assert.deepStrictEqual((yield* timeline).map(({ text }) => text).slice(1, 4), [
        "Level 1: nobody on call could be paged; trying again in 1h",
        "Nobody answered: pass 2 begins",
        "Level 1: paging Cleo (email)"
      ])
    }))

  it.effect("is exhausted at once when nobody at all can be paged", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene(
        "nobody-at-all",
        policy({ steps: [{ targets: [user("cleo")], timeoutSeconds: 3600 }], lastResort: [{ schedule: "Nobody" }] })
      )
      const id = yield* trigger(scene)
      const { incident, timeline } = looking(scene, id)
      yield* eventually(incident, ({ escalation }) => escalation?.state === "exhausted")
      assert.deepStrictEqual((yield* timeline).map(({ kind }) => kind), [
        "triggered",
        "step-skipped",
        "step-skipped",
        "exhausted"
      ])
    }))

  it.effect("begins the next run when an acknowledgement expires, as often as it does", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("expired", policy({ acknowledgementTimeoutSeconds: 300 }))
      const { acknowledge } = yield* Incidents
      const id = yield* trigger(scene)
      const { incident, pages, timeline } = looking(scene, id)
      for (const run of [1, 2]) {
        yield* delivered(scene, id, run)
        yield* scene.as(acknowledge(id, scene.actor("Ada")))
        yield* pass("280 seconds", "5 seconds")
        assert.deepInclude((yield* incident).escalation, { run, state: "stopped" })
        yield* eventually(incident, ({ escalation }) => escalation?.run === run + 1, "1 second")
      }
      yield* delivered(scene, id, 3)
      const { acknowledgedBy, status } = yield* incident
      assert.deepStrictEqual([status, acknowledgedBy], ["triggered", null])
      assert.deepStrictEqual(users(yield* pages), ["Ada", "Ada", "Ada"])
      assert.lengthOf((yield* timeline).filter(({ kind }) => kind === "acknowledgement-expired"), 2)
    }))

  it.effect("leaves a resolved incident alone when its acknowledgement would expire", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("not-expired", policy({ acknowledgementTimeoutSeconds: 60 }))
      const { acknowledge, resolve } = yield* Incidents
      const id = yield* trigger(scene)
      const forgotten = yield* trigger(scene, { dedupKey: "forgotten" })
      yield* delivered(scene, id, 1)
      yield* scene.as(acknowledge(id, scene.actor("Ada")))
      yield* scene.as(resolve(id, scene.actor("Ada")))
      yield* scene.as(acknowledge(forgotten, scene.actor("Ada")))
      yield* eventually(looking(scene, forgotten).incident, ({ escalation }) => escalation?.run === 2, "1 second")
      const { escalation, status } = yield* looking(scene, id).incident
      assert.deepStrictEqual([status, escalation?.run], ["resolved", 1])
    }))

  it.effect("goes on with the policy that it began with; an edited one counts from the next run", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("edited", policy({}))
      const { reassign } = yield* Incidents
      const policies = yield* EscalationPolicies
      const id = yield* trigger(scene)
      yield* delivered(scene, id, 1)
      const { id: policyId, ...plan } = scene.policy("Default")
      yield* scene.as(policies.replace(policyId, {
        ...plan,
        steps: [{ targets: [{ kind: "user", id: scene.person("Ada").id }], timeoutSeconds: 60 }]
      }))
      yield* delivered(scene, id, 2)
      assert.deepStrictEqual(users(yield* looking(scene, id).pages), ["Ada", "Ben"])

      yield* scene.as(reassign(id, scene.actor("Ada"), { kind: "policy", id: policyId }))
      yield* eventually(
        looking(scene, id).incident,
        ({ escalation }) => escalation?.run === 2 && escalation.state === "exhausted",
        "1 second"
      )
      assert.deepStrictEqual(users(yield* looking(scene, id).pages), ["Ada", "Ben", "Ada"])
    }))
})
