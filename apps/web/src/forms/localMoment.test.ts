import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, DateTime, Schema } from "effect"
import { fromLocalMoment, toLocalMoment } from "./localMoment.ts"

const zone = DateTime.zoneMakeNamedUnsafe
const utc = (iso: string) => DateTime.toUtc(DateTime.makeUnsafe(iso))

const minutes = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20_000_000 })))
const zones = Arbitrary.schema(Schema.Literals(["Asia/Kathmandu", "Asia/Tokyo", "America/Phoenix", "UTC"]))

describe("a moment as a field holds it", () => {
  it("is read by the clock of its zone", () => {
    assert.strictEqual(fromLocalMoment("2026-07-05T09:00", zone("Europe/Berlin")), "2026-07-05T07:00:00.000Z")
    assert.strictEqual(toLocalMoment(utc("2026-07-05T07:00:00Z"), zone("Europe/Berlin")), "2026-07-05T09:00")
  })

  it("means half past three where half past two was skipped", () =>
    assert.strictEqual(fromLocalMoment("2026-03-29T02:30", zone("Europe/Berlin")), "2026-03-29T01:30:00.000Z"))

  it("is empty when nothing was entered", () => assert.strictEqual(fromLocalMoment("", zone("UTC")), ""))

  it.prop("comes back unchanged where clocks do not change", [minutes, zones], ([minutes, name]) => {
    const at = DateTime.add(utc("1990-01-01T00:00:00Z"), { minutes })
    assert.strictEqual(fromLocalMoment(toLocalMoment(at, zone(name)), zone(name)), DateTime.formatIso(at))
  })
})
