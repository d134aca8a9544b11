import { assert, describe, it } from "@effect/vitest"
import { safeLink } from "./safeLink.ts"

describe("links that a sender wrote", () => {
  it.each(["https://grafana.example.com/d/1?x=%3Cb%3E", "http://10.0.0.5:9090/"])(
    "lets %s through",
    (href) => assert.strictEqual(safeLink(href), href)
  )

  it.each(["javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "data:text/html,x", "/relative", ""])(
    "does not follow %j",
    (href) => assert.isNull(safeLink(href))
  )
})
