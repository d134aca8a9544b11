import { assert, describe, it } from "@effect/vitest"
import { exportAddress } from "./auditFilter.ts"

describe("exportAddress", () => {
  it("names what is searched for, escaped", () =>
    assert.strictEqual(
      exportAddress({ text: "user & key", from: "2026-01-05T08:00:00.000Z" }),
      "/api/v1/audit/export.csv?text=user+%26+key&from=2026-01-05T08%3A00%3A00.000Z"
    ))

  it("leaves out what is no instant", () =>
    assert.strictEqual(exportAddress({ until: "yesterday" }), "/api/v1/audit/export.csv"))
})
