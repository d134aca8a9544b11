import { assert, layer } from "@effect/vitest"
import { Audit } from "@innkeeper/platform"
import { UserId } from "@innkeeper/platform/api"
import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { EscalationPolicies } from "../escalation/EscalationPolicies.ts"
import { looking, makeScene, send, servicesLayer, servicesNamed, trigger } from "../testing.fixture.ts"
import { Incidents } from "./Incidents.ts"
import type { IncidentFilter } from "./IncidentStore.ts"

layer(servicesLayer)("Incidents", (it) => {
  it.effect("acknowledges in a person's name, once", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("acknowledge")
      const { acknowledge } = yield* Incidents
      const id = yield* trigger(scene)
      const first = yield* scene.as(acknowledge(id, scene.actor("Ada")))
      assert.deepStrictEqual([first.status, first.acknowledgedBy?.name], ["acknowledged", "Ada"])
      assert.deepStrictEqual([first.escalation?.state, first.escalation?.nextStepAt], ["stopped", null])

      const second = yield* scene.as(acknowledge(id, scene.actor("Ben")))
      assert.deepStrictEqual([second.acknowledgedBy?.name, second.updatedAt], ["Ada", first.updatedAt])
      assert.deepStrictEqual((yield* looking(scene, id).timeline).map(({ kind }) => kind), [
        "triggered",
        "acknowledged"
      ])
    }))

  it.effect("lets one of many who acknowledge at once be the one", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("acknowledge-at-once")
      const { acknowledge } = yield* Incidents
      const id = yield* trigger(scene)
      const seen = yield* Effect.forEach(
        ["Ada", "Ben", "Cleo", "Ada", "Ben", "Cleo"],
        (name) => scene.as(acknowledge(id, scene.actor(name))),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(new Set(seen.map(({ acknowledgedBy }) => acknowledgedBy?.name)).size, 1)
      assert.lengthOf((yield* looking(scene, id).timeline).filter(({ kind }) => kind === "acknowledged"), 1)
    }))

  it.effect("resolves once, with the notes of all who resolve it, and refuses what comes after", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("resolve")
      const { acknowledge, reassign, resolve, setPriority } = yield* Incidents
      const id = yield* trigger(scene)
      const first = yield* scene.as(resolve(id, scene.actor("Ben"), "Cleared the logs"))
      assert.deepStrictEqual([first.status, first.resolvedBy?.name], ["resolved", "Ben"])
      assert.strictEqual(first.escalation?.state, "stopped")
      const second = yield* scene.as(resolve(id, scene.actor("Ada"), "Again"))
      assert.deepStrictEqual([second.resolvedBy?.name, second.updatedAt], ["Ben", first.updatedAt])
      const lines = yield* looking(scene, id).timeline
      assert.deepStrictEqual(lines.map(({ actor, kind, text }) => [kind, actor.name, text]), [
        ["triggered", "Door", "Disk full"],
        ["note", "Ben", "Cleared the logs"],
        ["resolved", "Ben", "Resolved"],
        ["note", "Ada", "Again"]
      ])

      const ada = scene.actor("Ada")
      const refusals = yield* Effect.all([
        Effect.flip(scene.as(acknowledge(id, ada))),
        Effect.flip(scene.as(setPriority(id, ada, "low"))),
        Effect.flip(scene.as(reassign(id, ada, { kind: "user", id: scene.person("Ben").id })))
      ])
      assert.deepStrictEqual(refusals.map(({ _tag }) => _tag), ["Conflict", "Conflict", "Conflict"])
    }))

  it.effect("moves to a person, who comes before the levels of the service's policy", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("reassign-person")
      const { acknowledge, reassign } = yield* Incidents
      const id = yield* trigger(scene)
      yield* scene.as(acknowledge(id, scene.actor("Ada")))
      const moved = yield* scene.as(reassign(id, scene.actor("Ada"), { kind: "user", id: scene.person("Ben").id }))
      assert.deepStrictEqual([moved.status, moved.acknowledgedBy, moved.acknowledgedAt], ["triggered", null, null])
      assert.deepInclude(moved.escalation, { run: 2, state: "running", policyName: "Default" })
      assert.isNotNull(moved.escalation?.nextStepAt)
      const last = (yield* looking(scene, id).timeline).at(-1)
      assert.deepStrictEqual([last?.kind, last?.text, last?.actor.name], ["reassigned", "Reassigned to Ben", "Ada"])
    }))

  it.effect("moves to another policy", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("reassign-policy")
      const { reassign } = yield* Incidents
      const other = yield* scene.as((yield* EscalationPolicies).create({
        name: "Night",
        steps: [{ targets: [{ kind: "user", id: scene.person("Ben").id }], timeoutSeconds: 60 }],
        repeat: 0,
        lastResort: [],
        acknowledgementTimeoutSeconds: null
      }))
      const id = yield* trigger(scene)
      const moved = yield* scene.as(reassign(id, scene.actor("Ada"), { kind: "policy", id: other.id }))
      assert.deepInclude(moved.escalation, { run: 2, state: "running", policyName: "Night" })
      assert.strictEqual((yield* looking(scene, id).timeline).at(-1)?.text, "Reassigned to the policy Night")
    }))

  it.effect("refuses to move to whom it does not know, and changes nothing", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("reassign-nobody")
      const elsewhere = yield* makeScene("reassign-elsewhere")
      const { reassign } = yield* Incidents
      const id = yield* trigger(scene)
      const strangers = [
        { kind: "user", id: UserId.make(SecureRandom.uuidV7Unsafe()) },
        { kind: "user", id: elsewhere.person("Ben").id },
        { kind: "policy", id: elsewhere.policy("Default").id }
      ] as const
      for (const to of strangers) {
        const refusal = yield* Effect.flip(scene.as(reassign(id, scene.actor("Ada"), to)))
        assert.strictEqual(refusal._tag, "Unprocessable")
        if (refusal._tag !== "Unprocessable") return
        assert.deepStrictEqual(refusal.errors.map(({ path }) => path), [["payload", "to", "id"]])
      }
      assert.deepInclude((yield* looking(scene, id).incident).escalation, { run: 1, state: "running" })
    }))

  it.effect("keeps notes and priorities with who gave them, on the timeline and on record", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("notes")
      const { note, setPriority } = yield* Incidents
      const id = yield* trigger(scene)
      const written = yield* scene.as(note(id, scene.actor("Ben"), "Ordered a disk"))
      assert.deepStrictEqual([written.kind, written.actor.name, written.text], ["note", "Ben", "Ordered a disk"])
      const again = yield* scene.as(note(id, scene.actor("Ada"), "Ordered a disk"))
      assert.deepStrictEqual([again.actor.name, again.id === written.id], ["Ada", false])
      assert.strictEqual((yield* scene.as(setPriority(id, scene.actor("Ada"), "low"))).priority, "low")

      yield* scene.as((yield* Incidents).resolve(id, scene.actor("Ada")))
      yield* scene.as(note(id, scene.actor("Ada"), "It was the log rotation"))
      assert.deepStrictEqual((yield* looking(scene, id).timeline).map(({ kind }) => kind), [
        "triggered",
        "note",
        "note",
        "priority-changed",
        "resolved",
        "note"
      ])
      const entries = yield* scene.as((yield* Audit).search({ limit: 50 }))
      assert.includeMembers(
        entries.filter(({ subject }) => subject === `incident:${id}`).map(({ action, actor }) =>
          `${action} by ${actor.name}`
        ),
        ["incident.updated by Ben", "incident.updated by Ada", "incident.resolved by Ada"]
      )
    }))

  it.effect("searches by status, priority, service and text", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("search", { services: servicesNamed("Booking", "Payments") })
      const { acknowledge, resolve, search } = yield* Incidents
      const one = yield* trigger(scene, { dedupKey: "a", summary: "Disk 100% full", priority: "critical" })
      const two = yield* trigger(scene, { dedupKey: "b", summary: "Slow_query", source: "replica-7", priority: "low" })
      const three = yield* trigger(scene, { dedupKey: "key-c", labels: { region: "eu-west" }, priority: "low" })
      yield* scene.as(acknowledge(two, scene.actor("Ada")))
      yield* scene.as(resolve(three, scene.actor("Ada")))
      const names = new Map([[one, "one"], [two, "two"], [three, "three"]])
      const expectFound = Effect.fnUntraced(function*(filter: Partial<IncidentFilter>, expected: Array<string>) {
        const { items } = yield* scene.as(search({ limit: 10, ...filter }))
        assert.deepStrictEqual(items.map(({ id }) => names.get(id)), expected, JSON.stringify(filter))
      })
      yield* expectFound({}, ["three", "two", "one"])
      yield* expectFound({ status: ["triggered"] }, ["one"])
      yield* expectFound({ status: ["acknowledged", "resolved"] }, ["three", "two"])
      yield* expectFound({ priority: ["low"], status: ["resolved"] }, ["three"])
      yield* expectFound({ serviceId: scene.service("Booking").id }, ["three", "two", "one"])
      yield* expectFound({ serviceId: scene.service("Payments").id }, [])
      yield* expectFound({ text: "disk 100%" }, ["one"])
      yield* expectFound({ text: "0%f" }, [])
      yield* expectFound({ text: "w_q" }, ["two"])
      yield* expectFound({ text: "REPLICA" }, ["two"])
      yield* expectFound({ text: "eu-west" }, ["three"])
      yield* expectFound({ text: "key-c" }, ["three"])
      yield* expectFound({ text: "#2" }, ["two"])
      yield* expectFound({ text: "2" }, ["two"])
      yield* expectFound({ text: "100" }, ["one"])
      yield* expectFound({ text: "7" }, ["two"])
      yield* expectFound({ text: "#7" }, [])
      yield* expectFound({ text: "   " }, ["three", "two", "one"])
    }))

  it.effect("gives long lists page by page, each item once", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("pages")
      const { alerts, search } = yield* Incidents
      for (let number = 1; number <= 7; number++) yield* trigger(scene, { dedupKey: `${number}` })
      const collect = Effect.fnUntraced(function*<A extends { readonly id: string }, E, R>(
        page: (before: string | undefined) => Effect.Effect<
          { readonly items: ReadonlyArray<A>; readonly nextCursor: string | null },
          E,
          R
        >
      ) {
        const pages: Array<ReadonlyArray<A>> = []
        for (let before: string | undefined, more = true; more;) {
          const { items, nextCursor } = yield* page(before)
          pages.push(items)
          before = nextCursor ?? undefined
          more = nextCursor !== null
        }
        return pages
      })
      const pages = yield* collect((before) => scene.as(search({ limit: 3, before })))
      assert.deepStrictEqual(pages.map((items) => items.map(({ number }) => number)), [[7, 6, 5], [4, 3, 2], [1]])

      const id = yield* trigger(scene, { dedupKey: "many", summary: "1" })
      for (let number = 2; number <= 4; number++) yield* send(scene, { dedupKey: "many", summary: `${number}` })
      const taken = yield* collect((before) => scene.as(alerts(id, { limit: 2, before })))
      assert.deepStrictEqual(taken.map((items) => items.map(({ summary }) => summary)), [["4", "3"], ["2", "1"]])
    }))

  it.effect("shows and does nothing for another tenant", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("owner")
      const stranger = yield* makeScene("stranger")
      const incidents = yield* Incidents
      const id = yield* trigger(scene)
      const eve = stranger.actor("Ada")
      const refusals = yield* Effect.all([
        Effect.flip(stranger.as(incidents.get(id))),
        Effect.flip(stranger.as(incidents.timeline(id))),
        Effect.flip(stranger.as(incidents.alerts(id, { limit: 1 }))),
        Effect.flip(stranger.as(incidents.notifications(id))),
        Effect.flip(stranger.as(incidents.acknowledge(id, eve))),
        Effect.flip(stranger.as(incidents.resolve(id, eve))),
        Effect.flip(stranger.as(incidents.note(id, eve, "Mine"))),
        Effect.flip(stranger.as(incidents.setPriority(id, eve, "info"))),
        Effect.flip(stranger.as(incidents.reassign(id, eve, { kind: "user", id: stranger.person("Ada").id })))
      ])
      assert.deepStrictEqual([...new Set(refusals.map(({ _tag }) => _tag))], ["NotFound"])
      assert.deepStrictEqual((yield* stranger.as(incidents.search({ limit: 10 }))).items, [])
      const { priority, status } = yield* looking(scene, id).incident
      assert.deepStrictEqual([status, priority], ["triggered", "high"])
    }))
})
