import { assert, layer } from "@effect/vitest"
import { UserId } from "@innkeeper/platform/api"
import { Array, Effect, Option, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SetupDocument } from "../setup/SetupDocument.ts"
import { makeScene, type Scene, servicesLayer } from "../testing.fixture.ts"
import { EscalationPolicies } from "./EscalationPolicies.ts"
import { EscalationPolicyInput } from "./EscalationPolicy.ts"

const decodeInput = Schema.decodeUnknownSync(EscalationPolicyInput)

/** A policy with each kind of target, beside the scene's own. */
const night = (scene: Scene, parts: object = {}) =>
  decodeInput({
    name: "Night",
    steps: [
      { targets: [{ kind: "schedule", id: scene.schedule("Nobody").id }], timeoutSeconds: 300 },
      { targets: [{ kind: "user", id: scene.person("Ada").id }], timeoutSeconds: 600 }
    ],
    repeat: 2,
    lastResort: [{ kind: "user", id: scene.person("Ben").id }],
    acknowledgementTimeoutSeconds: 3600,
    ...parts
  })

layer(servicesLayer)("Escalation policies", (it) => {
  it.effect("keeps what it was given, by name, and removes what nobody uses", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("kept")
      const policies = yield* EscalationPolicies
      const created = yield* scene.as(policies.create(night(scene)))
      assert.deepStrictEqual(yield* scene.as(policies.get(created.id)), created)
      assert.deepInclude(created, night(scene))
      const changed = yield* scene.as(
        policies.replace(
          created.id,
          night(scene, { name: "a night", lastResort: [], acknowledgementTimeoutSeconds: null })
        )
      )
      assert.deepStrictEqual(yield* scene.as(policies.list), [changed, scene.policy("Default")])
      yield* scene.as(policies.remove(created.id))
      assert.strictEqual((yield* Effect.flip(scene.as(policies.get(created.id))))._tag, "NotFound")
      assert.strictEqual((yield* Effect.flip(scene.as(policies.remove(created.id))))._tag, "NotFound")
    }))

  it.effect("takes at most 20 levels, entered by hand or in a document", () =>
    Effect.sync(() => {
      const target = { kind: "user", id: "00000000-0000-4000-8000-000000000001" }
      const policy = (levels: number) => ({
        name: "Night",
        steps: Array.makeBy(levels, () => ({ targets: [target], timeoutSeconds: 60 })),
        repeat: 0,
        lastResort: [],
        acknowledgementTimeoutSeconds: null
      })
      const document = (levels: number) => ({
        tenant: { slug: "levels", name: "Levels" },
        escalationPolicies: [{
          name: "Night",
          steps: Array.makeBy(levels, () => ({ targets: [{ user: "ada@example.com" }], timeoutSeconds: 60 }))
        }]
      })
      const isInput = Schema.is(EscalationPolicyInput)
      const isDocument = (it: unknown) => Option.isSome(Schema.decodeUnknownOption(SetupDocument)(it))
      for (const levels of [20, 21]) {
        assert.strictEqual(isInput(policy(levels)), levels === 20)
        assert.strictEqual(isDocument(document(levels)), levels === 20)
      }
    }))

  it.effect("refuses a name that is taken, in whatever case", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("taken")
      const policies = yield* EscalationPolicies
      const { id } = yield* scene.as(policies.create(night(scene)))
      for (
        const attempt of [
          policies.create(night(scene, { name: "NIGHT" })),
          policies.replace(id, night(scene, { name: "default" }))
        ]
      ) {
        assert.deepInclude(yield* Effect.flip(scene.as(attempt)), { _tag: "Conflict", field: "name" })
      }
    }))

  it.effect("names every target that is nobody's or another tenant's", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("references")
      const other = yield* makeScene("references-other")
      const policies = yield* EscalationPolicies
      const nobody = { kind: "user", id: UserId.make(SecureRandom.uuidV7Unsafe()) }
      const wrong = night(scene, {
        steps: [
          { targets: [{ kind: "user", id: scene.person("Ada").id }, nobody], timeoutSeconds: 60 },
          { targets: [{ kind: "schedule", id: other.schedule("Nobody").id }], timeoutSeconds: 60 }
        ],
        lastResort: [{ kind: "user", id: other.person("Ada").id }]
      })
      for (const attempt of [policies.create(wrong), policies.replace(scene.policy("Default").id, wrong)]) {
        const refusal = yield* Effect.flip(scene.as(attempt))
        assert.strictEqual(refusal._tag, "Unprocessable")
        if (refusal._tag !== "Unprocessable") return
        assert.sameDeepMembers(refusal.errors.map(({ path }) => path), [
          ["payload", "steps", 0, "targets", 1, "id"],
          ["payload", "steps", 1, "targets", 0, "id"],
          ["payload", "lastResort", 0, "id"]
        ])
      }
      assert.deepStrictEqual(yield* scene.as(policies.list), [scene.policy("Default")])
    }))

  it.effect("stays while a service escalates by it", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("in-use")
      const refusal = yield* Effect.flip(scene.as((yield* EscalationPolicies).remove(scene.policy("Default").id)))
      assert.strictEqual(refusal._tag, "Conflict")
      assert.include(String(refusal.detail), "Booking")
    }))

  it.effect("is nobody else's", () =>
    Effect.gen(function*() {
      const scene = yield* makeScene("own")
      const other = yield* makeScene("own-not")
      const policies = yield* EscalationPolicies
      const { id } = scene.policy("Default")
      const refusals = yield* Effect.all([
        Effect.flip(other.as(policies.get(id))),
        Effect.flip(other.as(policies.replace(id, night(other)))),
        Effect.flip(other.as(policies.remove(id)))
      ])
      assert.deepStrictEqual([...new Set(refusals.map(({ _tag }) => _tag))], ["NotFound"])
      assert.deepStrictEqual(yield* scene.as(policies.get(id)), scene.policy("Default"))
    }))
})
