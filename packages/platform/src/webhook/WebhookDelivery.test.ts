import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Duration, Schema } from "effect"
import { isDelivered, waitAfter } from "./WebhookDelivery.ts"

const unit = Arbitrary.schema(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 0.999 })))
const seconds = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 })))

/** All waits until there is none, in seconds. */
const schedule = (random: number) => {
  const waits: Array<number> = []
  for (let tries = 1;; tries++) {
    const wait = waitAfter(tries, random, null)
    if (wait === null) return waits
    waits.push(Duration.toSeconds(wait))
  }
}

describe("waits between attempts", () => {
  it.prop(
    "cover about a day, the first one few seconds, each at least as long as the one before",
    [unit],
    ([random]) => {
      const waits = schedule(random)
      assert.approximately(waits[0]!, 5, 1)
      assert.deepStrictEqual(waits, waits.toSorted((a, b) => a - b))
      const hours = waits.reduce((sum, wait) => sum + wait, 0) / 3600
      assert.isAbove(hours, 20)
      assert.isBelow(hours, 36)
    }
  )

  it("differ, so that what failed together does not come back together", () => {
    assert.notDeepEqual(schedule(0.1), schedule(0.9))
  })

  it.prop("are as long as the endpoint asks, up to an hour, and never shorter", [unit, seconds], ([random, asked]) => {
    const own = Duration.toSeconds(waitAfter(1, random, null)!)
    const wait = Duration.toSeconds(waitAfter(1, random, Duration.seconds(asked))!)
    assert.approximately(wait, Math.max(own, Math.min(asked, 3600)), 0.001)
    assert.isNull(waitAfter(99, random, Duration.seconds(asked)))
  })
})

describe("isDelivered", () => {
  it("is true of 2xx alone", () => {
    assert.deepStrictEqual([199, 200, 204, 299, 300, 301, 308, 404, 410, 500, null].filter(isDelivered), [
      200,
      204,
      299
    ])
  })
})
