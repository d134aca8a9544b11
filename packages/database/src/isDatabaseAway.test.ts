import { assert, describe, it } from "@effect/vitest"
import { Cause } from "effect"
import { ClusterError } from "effect/cluster"
import { SqlError } from "effect/sql"
import { isDatabaseAway } from "./isDatabaseAway.ts"

const failure = (code: string) =>
  new SqlError.SqlError({ reason: new SqlError.UnknownError({ cause: Object.assign(new Error("told"), { code }) }) })

describe("isDatabaseAway", () => {
  it("is true where there is no session, or the server ends it, starts, stops or is full", () => {
    const refused = new SqlError.ConnectionError({ cause: new Error("connect ECONNREFUSED") })
    assert.isTrue(isDatabaseAway(Cause.fail(new SqlError.SqlError({ reason: refused }))))
    for (const code of ["57P01", "57P02", "57P03", "53100", "53300", "25006"]) {
      assert.isTrue(isDatabaseAway(Cause.die(failure(code))), code)
    }
  })

  it("is true of a message of the cluster that could not be stored for that", () => {
    const stored = (code: string) => new ClusterError.PersistenceError({ cause: failure(code) })
    assert.isTrue(isDatabaseAway(Cause.die(stored("57P01"))))
    assert.isFalse(isDatabaseAway(Cause.die(stored("22P02"))))
  })

  it("is false where the server has answered, and of what is no error of SQL", () => {
    for (const code of ["57014", "22P02", "XX000"]) assert.isFalse(isDatabaseAway(Cause.fail(failure(code))), code)
    const slow = new SqlError.StatementTimeoutError({ cause: new Error("slow") })
    assert.isFalse(isDatabaseAway(Cause.die(new SqlError.SqlError({ reason: slow }))))
    for (const other of [new Error("57P01"), { code: "57P01" }, null]) assert.isFalse(isDatabaseAway(Cause.die(other)))
    assert.isFalse(isDatabaseAway(Cause.interrupt()))
  })
})
