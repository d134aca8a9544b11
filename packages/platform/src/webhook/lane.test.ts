import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { admit, emptyLane, isIdle, type Lane, laneWidth, leave } from "./lane.ts"

const Call = Schema.Struct({
  /** Milliseconds after the call before. */
  after: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2000 })),
  takes: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 15_000 }))
})
const calls = Arbitrary.schema(Schema.Array(Call).check(Schema.isMinLength(1), Schema.isMaxLength(60)))

/** Plays calls against a lane; those put off come back at their time. Returns when each began, and the most at once. */
const play = (given: ReadonlyArray<typeof Call.Type>, failing: boolean) => {
  let lane: Lane = emptyLane
  let most = 0
  let putOff = 0
  const begun: Array<{ readonly arrived: number; readonly began: number }> = []
  const events: Array<
    { readonly at: number; readonly arrived: number; readonly takes: number; readonly kind: "new" | "again" | "end" }
  > = []
  let at = 0
  for (const { after, takes } of given) events.push({ at: at += after, arrived: at, takes, kind: "new" })
  while (events.length > 0) {
    events.sort((a, b) => a.at - b.at)
    const event = events.shift()!
    if (event.kind === "end") {
      lane = leave(lane, event.takes)
      continue
    }
    const admission = admit(lane, event.at, { failing, waited: event.kind === "again" })
    lane = admission.lane
    if (admission._tag === "Run") {
      begun.push({ arrived: event.arrived, began: event.at })
      events.push({ ...event, at: event.at + event.takes, kind: "end" })
    } else {
      putOff++
      events.push({ ...event, at: event.at + admission.milliseconds, kind: "again" })
    }
    most = Math.max(most, lane.running)
  }
  return { begun, lane, most, putOff, end: Math.max(...begun.map(({ began }) => began)) + 400_000 }
}

describe("lane", () => {
  it.prop("runs every call and never more at once than its width", [calls], ([given]) => {
    for (const failing of [false, true]) {
      const { begun, end, lane, most } = play(given, failing)
      assert.lengthOf(begun, given.length)
      assert.isAtMost(most, failing ? laneWidth.failing : laneWidth.healthy)
      assert.isTrue(isIdle(lane, end))
    }
  })

  it("lets calls in at once while there is room", () => {
    const given = Array.from({ length: laneWidth.healthy }, () => ({ after: 0, takes: 1000 }))
    assert.deepStrictEqual(play(given, false).begun.map(({ arrived, began }) => began - arrived), given.map(() => 0))
  })

  it("puts a call off a few times and not at every moment, however many wait for an endpoint that never answers", () => {
    const given = Array.from({ length: 200 }, () => ({ after: 10, takes: 15_000 }))
    const { begun, putOff } = play(given, true)
    assert.lengthOf(begun, 200)
    assert.isBelow(putOff / 200, 40)
  })
})
