import { assert, describe, it } from "@effect/vitest"
import { countdown, relativeTime } from "./relativeTime.ts"

describe("relativeTime", () => {
  it.each([
    [0, "now"],
    [-44, "now"],
    [10, "now"],
    [-120, "2 min ago"],
    [59 * 60, "in 59 min"],
    [-59.9 * 60, "1 h ago"],
    [-3 * 3600, "3 h ago"],
    [-23.9 * 3600, "23 h ago"]
  ])("tells %d seconds as %s", (seconds, words) => assert.strictEqual(relativeTime(seconds), words))

  it("leaves a day and more to the date", () => {
    assert.isNull(relativeTime(-86_400))
    assert.isNull(relativeTime(86_400))
  })
})

describe("countdown", () => {
  it.each([
    [-5, "0 s"],
    [0, "0 s"],
    [45, "45 s"],
    [60, "1 min"],
    [80, "1 min 20 s"],
    [3600, "1 h"],
    [3 * 3600 + 300, "3 h 5 min"]
  ])("tells %d seconds as %s", (seconds, words) => assert.strictEqual(countdown(seconds), words))
})
