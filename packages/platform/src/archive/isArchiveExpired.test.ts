import { assert, describe, it } from "@effect/vitest"
import { DateTime, Schema } from "effect"
import { TenantState } from "../lifecycle/TenantOperation.ts"
import { ArchiveName } from "./ArchiveStorage.ts"
import { type ArchivedTenant, isArchiveExpired, slugOfArchive } from "./isArchiveExpired.ts"

const name = ArchiveName.make("sea-ward.20260101T120000Z.0a1b2c3d.jsonl.gz")
const at = DateTime.makeUnsafe
const begun = at("2026-01-01T12:00:00Z")
const ended = at("2026-02-01T00:00:00Z")

const tenant: ArchivedTenant = { state: "offboarded", archive: name, isUnderWay: false, endedAt: ended }

describe("an archive", () => {
  it("is of the tenant in its name", () => assert.strictEqual(slugOfArchive(name), "sea-ward"))

  it("of an off-boarded tenant is kept from the end of the off-boarding", () => {
    assert.isFalse(isArchiveExpired(name, tenant, ended))
    assert.isTrue(isArchiveExpired(name, tenant, DateTime.add(ended, { seconds: 1 })))
  })

  it("that no restore reads is kept from its beginning", () => {
    for (const other of [{ ...tenant, archive: null }, { ...tenant, state: "active" as const }]) {
      assert.isFalse(isArchiveExpired(name, other, begun))
      assert.isTrue(isArchiveExpired(name, other, DateTime.add(begun, { seconds: 1 })))
    }
  })

  it.prop("is kept while it may be needed", [TenantState, Schema.Boolean], ([state, isUnderWay]) => {
    const needed = isUnderWay || state === "offboarding" || state === "moving"
    assert.strictEqual(isArchiveExpired(name, { ...tenant, state, isUnderWay }, at("2036-01-01T00:00:00Z")), !needed)
  })
})
