import { assert, describe, it } from "@effect/vitest"
import { TenantId } from "@innkeeper/config"
import { Effect, Exit } from "effect"
import { SqlError } from "effect/sql"
import { groupCommit } from "./groupCommit.ts"

const acme = TenantId.make("01980000-0000-7000-8000-000000000001")
const other = TenantId.make("01980000-0000-7000-8000-000000000002")

const failing = (reason: SqlError.SqlError["reason"]) => new SqlError.SqlError({ reason })

/** Asks for 1 to 4 at once where a batch that holds 3 dies of `defect`; gives who got an answer, and the batches. */
const asked = Effect.fnUntraced(function*(defect: unknown) {
  const batches: Array<ReadonlyArray<number>> = []
  const ask = groupCommit((_, items: ReadonlyArray<number>) =>
    Effect.suspend(() => {
      batches.push(items)
      return items.includes(3) ? Effect.die(defect) : Effect.succeed(items)
    })
  )
  const exits = yield* Effect.forEach([1, 2, 3, 4], (item) => Effect.exit(ask(acme, item)), {
    concurrency: "unbounded"
  })
  return { answered: exits.flatMap((exit) => Exit.isSuccess(exit) ? [exit.value] : []), batches }
})

const each = [[1, 2, 3, 4], [1], [2], [3], [4]]

describe("groupCommit", () => {
  it.effect("does each alone when one may be at fault: by a constraint, by its data, or by our own mistake", () =>
    Effect.gen(function*() {
      const cause = new Error("no such service")
      const faults = [
        failing(new SqlError.ConstraintError({ cause })),
        failing(new SqlError.UnknownError({ cause: Object.assign(new Error("not a number"), { code: "22P02" }) })),
        new TypeError("plan is undefined")
      ]
      for (const fault of faults) {
        assert.deepStrictEqual(yield* asked(fault), { answered: [1, 2, 4], batches: each })
      }
    }))

  it.effect("fails all together when the database is away, slow, or in a deadlock", () =>
    Effect.gen(function*() {
      const cause = new Error("gone")
      const faults = [
        failing(new SqlError.ConnectionError({ cause })),
        failing(new SqlError.StatementTimeoutError({ cause })),
        failing(new SqlError.DeadlockError({ cause }))
      ]
      for (const fault of faults) {
        assert.deepStrictEqual(yield* asked(fault), { answered: [], batches: [[1, 2, 3, 4]] })
      }
    }))

  it.effect("keeps tenants apart", () =>
    Effect.gen(function*() {
      const batches: Array<readonly [TenantId, ReadonlyArray<number>]> = []
      const ask = groupCommit((tenantId, items: ReadonlyArray<number>) =>
        Effect.sync(() => (batches.push([tenantId, items]), items))
      )
      yield* Effect.all([ask(acme, 1), ask(other, 2), ask(acme, 3)], { concurrency: "unbounded" })
      assert.sameDeepMembers(batches, [[acme, [1, 3]], [other, [2]]])
    }))
})
