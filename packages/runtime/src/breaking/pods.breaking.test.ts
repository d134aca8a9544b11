import { assert, layer } from "@effect/vitest"
import { Clock, Console, Effect } from "effect"
import { audit, distribution } from "./Books.fixture.ts"
import { accounts, ask, underLoad } from "./Load.fixture.ts"
import { type Pod, Pods } from "./Pods.fixture.ts"

/** Which pod answers for each account, as another pod finds it; waits until one does. Gives how long that took, too. */
const answers = Effect.fnUntraced(function*(through: Pod) {
  const began = yield* Clock.currentTimeMillis
  return yield* Effect.forEach(
    accounts,
    Effect.fnUntraced(function*(account) {
      for (;;) {
        const answer = yield* ask("GET", `${through.url}/accounts/${account}`, undefined, 500)
        const millis = (yield* Clock.currentTimeMillis) - began
        if (answer?.status === 200) return { account, pod: answer.text, millis }
        assert.isBelow(millis, 30_000, `${account} does not answer`)
        yield* Effect.sleep("50 millis")
      }
    }),
    { concurrency: "unbounded" }
  )
})

layer(Pods.layer(), { excludeTestServices: true, timeout: "90 seconds" })("a pod that is killed", (it) => {
  it.effect("loses nothing and doubles nothing; its entities answer on other pods", () =>
    Effect.gen(function*() {
      const [victim, witness] = yield* Pods
      const accepted = yield* underLoad(Effect.gen(function*() {
        const before = yield* answers(witness)
        const its = new Set(before.filter(({ pod }) => pod === victim.name).map(({ account }) => account))
        assert.isAbove(its.size, 0)
        yield* victim.kill
        const after = (yield* answers(witness)).filter(({ account }) => its.has(account))
        assert.isTrue(after.every(({ pod }) => pod !== victim.name))
        yield* Console.log(
          `kill -9: ${its.size} of ${accounts.length} entities answer again after ${
            distribution(after.map(({ millis }) => millis))
          }`
        )
      }))
      yield* audit("kill -9", accepted)
    }))
})
