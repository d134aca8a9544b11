import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, DateTime, Duration, Schema } from "effect"
import { disabledAfter, failingLimit, wants, WebhookEndpointId } from "./WebhookEndpoint.ts"

const now = DateTime.makeUnsafe("2026-11-21T03:12:09Z")
const before = (duration: Duration.Input) => DateTime.subtractDuration(now, duration)
const status = Arbitrary.schema(Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 100, maximum: 599 }))))
const minutes = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20_000 })))

describe("disabledAfter", () => {
  it.prop("disables at once what says 410, and else only what has failed for five days", [status, minutes], (
    [status, minutes]
  ) => {
    const failingSince = before(Duration.minutes(minutes))
    const long = minutes >= Duration.toMinutes(failingLimit)
    assert.strictEqual(
      disabledAfter({ failingSince }, { status }, now),
      status === 410 ? "gone" : long ? "failing" : null
    )
    assert.strictEqual(disabledAfter({ failingSince: null }, { status }, now), status === 410 ? "gone" : null)
  })
})

describe("wants", () => {
  const receiver = (eventTypes: ReadonlyArray<string>, createdAt = before("1 hour")) => ({
    id: WebhookEndpointId.make("00000000-0000-4000-8000-000000000000"),
    eventTypes,
    createdAt
  })
  const event = { type: "thing.made", at: now }

  it("is true of the types that were asked for, and of all when none was named", () => {
    assert.isTrue(wants(receiver([]), event))
    assert.isTrue(wants(receiver(["thing.broken", "thing.made"]), event))
    assert.isFalse(wants(receiver(["thing.broken", "thing.made.twice"]), event))
  })

  it("is false of what happened before the endpoint was there", () => {
    assert.isTrue(wants(receiver([], now), event))
    assert.isFalse(wants(receiver([], DateTime.addDuration(now, "1 milli")), event))
  })
})
