import { assert, describe, it, layer } from "@effect/vitest"
import { Effect } from "effect"
import { Incidents } from "../incident/Incidents.ts"
import { looking, makeScene, servicesLayer, trigger } from "../testing.fixture.ts"
import { EscalationPolicies } from "./EscalationPolicies.ts"
import { upcomingStage } from "./UpcomingStage.ts"

const targets = [{ kind: "user", id: "01900000-0000-7000-8000-000000000001" }]
const step = { targets, timeoutSeconds: 300 }
const plan = { steps: [step, step], repeat: 1, lastResort: targets, acknowledgementTimeoutSeconds: null }

describe("what an escalation pages next", () => {
  it("is level after level, again in each pass, and the last resort in the end", () =>
    assert.deepStrictEqual([0, 1, 2, 3, 4, 5].map((completed) => upcomingStage(plan, completed)), [
      { kind: "level", level: 1, levels: 2, pass: 1 },
      { kind: "level", level: 2, levels: 2, pass: 1 },
      { kind: "level", level: 1, levels: 2, pass: 2 },
      { kind: "level", level: 2, levels: 2, pass: 2 },
      { kind: "last-resort" },
      null
    ]))

  it("is not known by a plan that cannot be read", () => assert.isNull(upcomingStage({}, 0)))
})

layer(servicesLayer)("What an incident says is paged next", (it) => {
  it.effect("counts in the plan that its run began with, whatever became of the policy", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("upcoming")
      const id = yield* trigger(scene)
      const first = yield* looking(scene, id).incident
      assert.deepStrictEqual(first.escalation?.next, { kind: "level", level: 1, levels: 2, pass: 1 })

      const { acknowledge, reassign } = yield* Incidents
      const moved = yield* scene.as(reassign(id, scene.actor("Ada"), { kind: "user", id: scene.person("Ben").id }))
      assert.deepStrictEqual(moved.escalation?.next, { kind: "level", level: 1, levels: 3, pass: 1 })

      const { list, replace } = yield* EscalationPolicies
      const [policy] = yield* scene.as(list)
      yield* scene.as(replace(policy!.id, { ...policy!, name: "Renamed", steps: [policy!.steps[0]] }))
      assert.deepStrictEqual((yield* looking(scene, id).incident).escalation?.next, moved.escalation?.next)

      assert.isNull((yield* scene.as(acknowledge(id, scene.actor("Ben")))).escalation?.next)
    }))
})
