import { assert, describe, it } from "@effect/vitest"
import { incidentFilters, listQuery } from "./filters.ts"

describe("filters of the incident list", () => {
  it("shows what is not resolved unless the address says otherwise", () => {
    assert.deepStrictEqual(listQuery(incidentFilters({})).status, ["triggered", "acknowledged"])
    assert.deepStrictEqual(listQuery(incidentFilters({ status: "resolved" })).status, ["resolved"])
    assert.notProperty(listQuery(incidentFilters({ status: "all" })), "status")
  })

  it("leaves out what it does not know", () => {
    assert.deepStrictEqual(incidentFilters({ status: "lost", priority: 7, service: "x", text: null }), {})
  })

  it("takes a number for a text, as the router reads it", () => {
    assert.deepStrictEqual(incidentFilters({ text: 142 }), { text: "142" })
  })
})
