import { assert, layer } from "@effect/vitest"
import { Clock, Console, Effect } from "effect"
import { answers } from "./Answers.fixture.ts"
import { audit, distribution } from "./Books.fixture.ts"
import { accounts, insist, underLoad } from "./Load.fixture.ts"
import { type Pod, Pods } from "./Pods.fixture.ts"
import { Receiver } from "./Receiver.fixture.ts"

const options = { excludeTestServices: true, timeout: "180 seconds" } as const

/** The accounts that a pod holds, as another one finds it. */
const heldBy = (pod: Pod, witness: Pod) =>
  Effect.map(
    answers(witness),
    (all) => new Set(all.filter(({ pod: name }) => name === pod.name).map(({ account }) => account))
  )

layer(Pods.layer(), options)("a pod that is killed", (it) => {
  it.effect("loses nothing and doubles nothing; its entities answer on other pods", () =>
    Effect.gen(function*() {
      const [one, two, three] = yield* Pods
      const times: Array<number> = []
      const die = Effect.fnUntraced(function*(victim: Pod, witness: Pod) {
        const its = yield* heldBy(victim, witness)
        assert.isAbove(its.size, 0)
        yield* victim.kill
        const after = (yield* answers(witness)).filter(({ account }) => its.has(account))
        assert.isTrue(after.every(({ pod }) => pod !== victim.name))
        times.push(...after.map(({ millis }) => millis))
        yield* victim.start()
        yield* Effect.sleep("3 seconds")
      })
      // Each of the three, so that whatever only one of them does is missed as well.
      const accepted = yield* underLoad(
        Effect.andThen(die(one, two), Effect.andThen(die(two, three), die(three, one)))
      )
      yield* Console.log(`kill -9 of each pod: its ${times.length} entities answer again after ${distribution(times)}`)
      yield* audit("kill -9", accepted, 6)
    }))
})

layer(Pods.layer(), options)("a pod that is frozen past its locks, and wakes", (it) => {
  it.effect("does nothing twice", () =>
    Effect.gen(function*() {
      const [victim, witness] = yield* Pods
      const accepted = yield* underLoad(Effect.gen(function*() {
        const its = yield* heldBy(victim, witness)
        assert.isAbove(its.size, 0)
        yield* victim.freeze
        const others = (yield* answers(witness)).filter(({ account }) => its.has(account))
        yield* Console.log(
          `SIGSTOP: ${its.size} entities answer elsewhere after ${distribution(others.map(({ millis }) => millis))}`
        )
        yield* Effect.sleep("3 seconds")
        yield* victim.wake
        yield* Effect.sleep("3 seconds")
      }))
      yield* audit("SIGSTOP and SIGCONT", accepted, 2)
    }))
})

layer(Pods.layer(), options)("a rolling restart with a new payload", (it) => {
  it.effect("lets the runs that began under the old one end under the new", () =>
    Effect.gen(function*() {
      const pods = yield* Pods
      const [, , last] = pods
      const { told } = yield* Receiver
      const long = Array.from({ length: 10 }, (_, number) => ({
        kind: "workflow" as const,
        id: `long-${number}`,
        from: accounts[number]!,
        to: accounts[number + 15]!,
        amount: 7,
        millis: 6000
      }))
      const accepted = yield* underLoad(Effect.gen(function*() {
        for (const pod of pods) {
          // The last one that knows the old payload alone.
          if (pod === last) {
            yield* Effect.forEach(long, (transfer) => insist([last], transfer), { concurrency: "unbounded" })
          }
          const began = yield* Clock.currentTimeMillis
          yield* pod.stop
          const stopped = yield* Clock.currentTimeMillis
          yield* pod.start(2)
          const ready = yield* Clock.currentTimeMillis
          yield* Console.log(`${pod.name} stopped in ${stopped - began} ms and was ready ${ready - stopped} ms later`)
        }
      }))
      yield* audit("rolling restart", [...accepted, ...long], 6)
      const currencies = (id: string) => [...told.get(id)?.currencies ?? []]
      for (const { id } of long) assert.deepStrictEqual(currencies(id), ["EUR"], id)
      const seen = accepted.filter(({ kind }) => kind === "workflow").flatMap(({ id }) => currencies(id))
      assert.include(seen, "unknown", "some ran under the old definition")
      assert.include(seen, "CHF", "some ran under the new one")
    }))
})
