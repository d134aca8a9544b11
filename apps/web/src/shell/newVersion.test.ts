import { assert, describe, it } from "@effect/vitest"
import { startsAnother } from "./newVersion.ts"

const built = (name: string) =>
  `<html><head><script src="/theme.js"></script><script type="module" crossorigin src="/assets/${name}.js"></script></head>`

describe("startsAnother", () => {
  it("is of another version when its script has another name", () => {
    assert.isTrue(startsAnother(built("index-b"), "/assets/index-a.js"))
    assert.isFalse(startsAnother(built("index-a"), "/assets/index-a.js"))
  })

  it("is no version of the app when it has no such script, as what a proxy says", () =>
    assert.isFalse(startsAnother("<html><h1>Sign in to this Wi-Fi</h1></html>", "/assets/index-a.js")))
})
