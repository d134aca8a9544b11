/** Who answers for the accounts of the ledger, and how soon. Tests only. */
import { assert } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { accounts, ask } from "./Load.fixture.ts"
import type { Pod } from "./Pods.fixture.ts"

/** Which pod answers for each account, as another pod finds it; waits until one does. Gives how long that took, too. */
export const answers = Effect.fnUntraced(function*(through: Pod) {
  const began = yield* Clock.currentTimeMillis
  return yield* Effect.forEach(
    accounts,
    Effect.fnUntraced(function*(account) {
      for (;;) {
        const answer = yield* ask("GET", `${through.url}/accounts/${account}`)
        const millis = (yield* Clock.currentTimeMillis) - began
        if (answer?.status === 200) return { account, pod: answer.text, millis }
        assert.isBelow(millis, 60_000, `${account} does not answer through ${through.name}`)
        yield* Effect.sleep("50 millis")
      }
    }),
    { concurrency: "unbounded" }
  )
})
