import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, DateTime, Schema } from "effect"
import { inRows, nowLine, positionOf } from "./lanePositions.ts"

const at = (hours: number) => DateTime.add(DateTime.toUtc(DateTime.makeUnsafe("2026-01-05T00:00:00Z")), { hours })
const span = (start: number, end: number) => ({ start: at(start), end: at(end) })
const extent = { from: at(0), until: at(100) }

const hours = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))
const spans = Arbitrary.all({ start: hours(-200, 200), length: hours(1, 150) }).pipe(
  Arbitrary.map(({ length, start }) => span(start, start + length))
)

describe("positionOf", () => {
  it("is the span's share of the lane", () =>
    assert.deepStrictEqual(positionOf(span(25, 50), extent), {
      left: 25,
      width: 25,
      beganEarlier: false,
      goesOn: false
    }))

  it("cuts a span that reaches beyond both ends, and says so", () =>
    assert.deepStrictEqual(positionOf(span(-10, 110), extent), {
      left: 0,
      width: 100,
      beganEarlier: true,
      goesOn: true
    }))

  it("is nowhere for a span that only touches the lane", () => {
    assert.isNull(positionOf(span(-10, 0), extent))
    assert.isNull(positionOf(span(100, 110), extent))
  })

  it.prop("stays within the lane", [spans], ([span]) => {
    const position = positionOf(span, extent)
    if (position === null) {
      assert.isTrue(
        DateTime.isLessThanOrEqualTo(span.end, at(0)) || DateTime.isGreaterThanOrEqualTo(span.start, at(100))
      )
    } else {
      assert.isTrue(position.left >= 0 && position.width > 0 && position.left + position.width <= 100.000001)
    }
  })
})

describe("nowLine", () => {
  it("is drawn at its share of the lane, and not outside of it", () => {
    assert.strictEqual(nowLine(at(75), extent), 75)
    assert.isNull(nowLine(at(-1), extent))
    assert.isNull(nowLine(at(100), extent))
  })
})

describe("inRows", () => {
  it("keeps turns that follow one another in one row", () =>
    assert.deepStrictEqual(inRows([span(10, 20), span(0, 10)]), [[span(0, 10), span(10, 20)]]))

  it("puts a turn below another that it overlaps", () =>
    assert.deepStrictEqual(inRows([span(0, 10), span(5, 8), span(10, 12)]), [
      [span(0, 10), span(10, 12)],
      [span(5, 8)]
    ]))

  it.prop(
    "loses no span, lets none overlap, and wastes no row",
    [Arbitrary.array(spans, { maxLength: 12 })],
    ([all]) => {
      const rows = inRows(all)
      assert.strictEqual(rows.flat().length, all.length)
      for (const row of rows) {
        for (const [index, { start }] of row.slice(1).entries()) {
          assert.isTrue(DateTime.isGreaterThanOrEqualTo(start, row[index]!.end))
        }
      }
      const busiest = Math.max(
        0,
        ...all.map(({ start }) =>
          all.filter((other) =>
            DateTime.isLessThanOrEqualTo(other.start, start) && DateTime.isGreaterThan(other.end, start)
          )
            .length
        )
      )
      assert.strictEqual(rows.length, busiest)
    }
  )
})
