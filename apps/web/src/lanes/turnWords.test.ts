import { assert, describe, it } from "@effect/vitest"
import type { UserId } from "@innkeeper/platform/api"
import { DateTime } from "effect"
import { turnLength, turnName, turnSpan } from "./turnWords.ts"

const utc = (iso: string) => DateTime.toUtc(DateTime.makeUnsafe(iso))
const ada = "00000000-0000-4000-8000-000000000001" as UserId
const ben = "00000000-0000-4000-8000-000000000002" as UserId
const people = { nameOf: (id: UserId) => id === ada ? "Ada" : "Ben", isDeactivated: (id: UserId) => id === ben }

const gap = { userId: null, overrideId: null, start: utc("2026-01-05T09:00:00Z"), end: utc("2026-01-07T09:00:00Z") }

describe("the words about a turn", () => {
  it("name whose it is, and whom pages do not reach", () =>
    assert.deepStrictEqual([ada, ben, null].map((userId) => turnName({ userId }, people)), [
      "Ada",
      "Ben (deactivated)",
      "nobody"
    ]))

  it("do not claim to know the end of a gap that the calendar cuts", () => {
    const zone = DateTime.zoneMakeNamedUnsafe("UTC")
    assert.strictEqual(turnLength(gap), "2 days")
    assert.strictEqual(turnLength({ ...gap, isCut: true }), "2 days or longer")
    assert.match(turnSpan({ ...gap, isCut: true }, zone, gap.start), /^at least Mon/)
  })
})
