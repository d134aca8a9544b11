import { assert, describe, it } from "@effect/vitest"
import { ownPath } from "./ownPath.ts"

const origin = "https://innkeeper.example.com"

describe("where a sign-in leads", () => {
  it.each(["/incidents", "/incidents?status=all&text=a%20b", "/schedules/1#week"])(
    "goes to %s",
    (path) => assert.strictEqual(ownPath(path, origin), path)
  )

  it.each([
    "https://evil.example.com/",
    "//evil.example.com/x",
    "/\\evil.example.com",
    "/\t/evil.example.com",
    "javascript:alert(1)",
    ""
  ])("does not go to %j", (path) => assert.strictEqual(ownPath(path, origin), "/"))

  it("goes to the start without a wish", () => assert.strictEqual(ownPath(undefined, origin), "/"))
})
