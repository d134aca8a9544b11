import { assert, describe, it } from "@effect/vitest"
import { SqlError } from "effect/sql"
import { isAway } from "./isAway.ts"

const failure = (code: string) =>
  new SqlError.SqlError({ reason: new SqlError.UnknownError({ cause: Object.assign(new Error("told"), { code }) }) })

describe("isAway", () => {
  it("is true where there is no session, or the server ends it, starts, stops or is full", () => {
    const cause = new Error("connect ECONNREFUSED")
    assert.isTrue(isAway(new SqlError.SqlError({ reason: new SqlError.ConnectionError({ cause }) })))
    for (const code of ["57P01", "57P02", "57P03", "53300"]) assert.isTrue(isAway(failure(code)), code)
  })

  it("is false where the server has answered, and of what is no error of SQL", () => {
    for (const code of ["57014", "22P02", "XX000"]) assert.isFalse(isAway(failure(code)), code)
    const cause = new Error("slow")
    assert.isFalse(isAway(new SqlError.SqlError({ reason: new SqlError.StatementTimeoutError({ cause }) })))
    for (const other of [new Error("57P01"), { code: "57P01" }, null, undefined]) assert.isFalse(isAway(other))
  })
})
