import { assert, describe, it, layer } from "@effect/vitest"
import { TestDatabase } from "@innkeeper/testkit"
import { Clock, Duration, Effect, Layer, Schema } from "effect"
import { shiftedClock } from "../breaking/shiftedClock.fixture.ts"
import { clockOffset, DatabaseClock, type Reading } from "./DatabaseClock.ts"

const Millis = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000 }))
const Offset = Schema.Int.check(Schema.isBetween({ minimum: -10_000_000, maximum: 10_000_000 }))

/** What a clock that is behind by `offset` reads when the way there takes `there` and the way back `back`. */
const reading = (offset: number, there: number, back: number): Reading => ({
  before: 1_000_000_000_000,
  database: 1_000_000_000_000 + there + offset,
  after: 1_000_000_000_000 + there + back
})

describe("the offset of a clock", () => {
  it.prop("leaves a right clock alone, however slow the database answers", [Millis, Millis], ([there, back]) => {
    assert.strictEqual(clockOffset([reading(0, there, back)]), 0)
  })

  it.prop("is known to half of the quickest way there and back", [Offset, Millis, Millis], ([offset, there, back]) => {
    const slow = reading(offset, 10_000 + there, 10_000 + back)
    const found = clockOffset([slow, reading(offset, there, back), slow])
    if (found === 0) assert.isAtMost(Math.abs(offset), there + back)
    else assert.isAtMost(Math.abs(found - offset), (there + back) / 2 + 1)
  })
})

const hour = Duration.toMillis("1 hour")

layer(TestDatabase.layer([]), { excludeTestServices: true })("the database's clock", (it) => {
  for (const wrong of [hour, -hour]) {
    it.effect(`is right on a machine that is wrong by ${wrong} ms`, () =>
      Effect.gen(function*() {
        const context = yield* Layer.build(Layer.fresh(Layer.provide(DatabaseClock, shiftedClock(wrong))))
        const right = yield* Clock.currentTimeMillis
        const millis = yield* Effect.provideContext(Clock.currentTimeMillis, context)
        const nanos = yield* Effect.provideContext(Clock.currentTimeNanos, context)
        assert.isBelow(Math.abs(millis - right), 5000)
        assert.isBelow(Math.abs(Number(nanos / 1_000_000n) - right), 5000)
      }).pipe(Effect.scoped))
  }
})
