import { assert, describe, it } from "@effect/vitest"
import { ContactMethodId, UserId } from "@innkeeper/platform/api"
import type { Reachable } from "../notification/NotificationStore.ts"
import { afterUnsent, type UnsentStage } from "./afterUnsent.ts"

const methodId = (digit: number) => ContactMethodId.make(`00000000-0000-4000-8000-00000000000${digit}`)

const way = (digit: number): Reachable => ({
  userId: UserId.make("00000000-0000-4000-8000-000000000000"),
  userName: "Ada",
  contactMethodId: methodId(digit),
  kind: "email",
  address: `${digit}@example.com`
})

const page = (stage: number, method: number, status: UnsentStage["pages"][number]["status"]) => ({
  stage,
  contactMethodId: methodId(method),
  status
})

const steps: UnsentStage["plan"]["steps"] = [
  { targets: [{ kind: "user", id: way(1).userId }], timeoutSeconds: 60 },
  { targets: [{ kind: "user", id: way(1).userId }], timeoutSeconds: 60 }
]

const level = (level: 1 | 2, pass: number): UnsentStage["of"] => ({
  kind: "level",
  level,
  pass,
  step: steps[level - 1]!
})

/** What follows where the second stage of the first pass has failed to reach its one person, in so far as nothing else is said. */
const after = (parts: Partial<UnsentStage> = {}) => {
  const { goesOn, instead } = afterUnsent({
    stage: 1,
    plan: { steps, repeat: 0 },
    of: level(2, 1),
    run: { state: "running", stages: 2, nextStepAt: 2000 },
    pages: [page(1, 1, "failed")],
    methods: [way(1)],
    now: 1000,
    ...parts
  })
  return { goesOn, instead: instead.map(({ contactMethodId }) => contactMethodId) }
}

const nothing = { goesOn: false, instead: [] }
const goesOn = { goesOn: true, instead: [] }

describe("afterUnsent", () => {
  it("goes on where a stage has reached nobody", () => {
    assert.deepStrictEqual(after(), goesOn)
    assert.deepStrictEqual(after({ methods: [] }), goesOn)
    assert.deepStrictEqual(
      after({ pages: [page(0, 2, "sent"), page(1, 1, "failed"), page(1, 3, "cancelled")] }),
      goesOn
    )
  })

  it("waits where another page of the stage is out or on its way", () => {
    for (const status of ["sent", "pending"] as const) {
      assert.deepStrictEqual(after({ pages: [page(1, 1, "failed"), page(1, 2, status)] }), nothing)
    }
  })

  it("takes the person's other ways first, but for those that this stage or a later one has taken", () => {
    assert.deepStrictEqual(after({ methods: [way(1), way(2)] }), { goesOn: false, instead: [methodId(2)] })
    const earlier = { pages: [page(0, 2, "sent"), page(1, 1, "failed")], methods: [way(2)] }
    assert.deepStrictEqual(after(earlier), { goesOn: false, instead: [methodId(2)] })
    for (const stage of [1, 2]) {
      const taken = { pages: [page(1, 1, "failed"), page(stage, 2, "failed")], methods: [way(2)] }
      assert.deepStrictEqual(after(taken), goesOn)
    }
  })

  it("leaves a run alone that has gone on, is over or goes on by now", () => {
    assert.deepStrictEqual(after({ run: { state: "running", stages: 3, nextStepAt: 2000 } }), nothing)
    assert.deepStrictEqual(after({ run: { state: "exhausted", stages: 2, nextStepAt: null } }), nothing)
    assert.deepStrictEqual(after({ run: { state: "running", stages: 2, nextStepAt: 1000 } }), nothing)
  })

  it("keeps the time before another pass where this one has reached nobody", () => {
    const repeated = { plan: { steps, repeat: 1 } }
    assert.deepStrictEqual(after(repeated), nothing)
    assert.deepStrictEqual(after({ ...repeated, pages: [page(0, 2, "failed"), page(1, 1, "failed")] }), nothing)
    assert.deepStrictEqual(after({ ...repeated, pages: [page(0, 2, "sent"), page(1, 1, "failed")] }), goesOn)
    const last = {
      ...repeated,
      stage: 3,
      of: level(2, 2),
      run: { state: "running", stages: 4, nextStepAt: 2000 },
      pages: [page(3, 1, "failed")]
    } as const
    assert.deepStrictEqual(after(last), goesOn)
  })
})
