import { assert, layer } from "@effect/vitest"
import { Clock, Console, Effect } from "effect"
import { answers } from "./Answers.fixture.ts"
import { audit, distribution } from "./Books.fixture.ts"
import { LedgerDatabase } from "./LedgerDatabase.fixture.ts"
import { underLoad } from "./Load.fixture.ts"
import { Pods } from "./Pods.fixture.ts"

const options = { excludeTestServices: true, timeout: "180 seconds" } as const

layer(Pods.layer(), options)("database sessions that end", (it) => {
  it.effect("of one pod, again and again, cost nothing that was accepted", () =>
    Effect.gen(function*() {
      const [victim] = yield* Pods
      const { dropSessions } = yield* LedgerDatabase
      const accepted = yield* underLoad(Effect.gen(function*() {
        for (let round = 0; round < 4; round++) {
          const ended = yield* dropSessions(victim.name)
          assert.isAbove(ended, 0)
          yield* Console.log(`Ended ${ended} sessions of ${victim.name}`)
          yield* Effect.sleep("1500 millis")
        }
      }))
      yield* audit("pg_terminate_backend", accepted, 8)
    }))
})

layer(Pods.layer(), options)("a database that crashes and comes back", (it) => {
  it.effect("keeps what was accepted, and the pods find it again", () =>
    Effect.gen(function*() {
      const { crash } = yield* LedgerDatabase
      const accepted = yield* underLoad(Effect.gen(function*() {
        for (let round = 0; round < 2; round++) {
          const began = yield* Clock.currentTimeMillis
          yield* crash(0)
          yield* Console.log(`PostgreSQL was away for ${(yield* Clock.currentTimeMillis) - began} ms`)
          yield* Effect.sleep("4 seconds")
        }
      }))
      yield* audit("PostgreSQL crashed twice", accepted, 6)
    }))
})

layer(Pods.layer(), options)("a database that is away for longer than the locks of shards hold", (it) => {
  it.effect("costs nothing that was accepted, and the pods go on when it is back", () =>
    Effect.gen(function*() {
      const [, witness] = yield* Pods
      const { crash } = yield* LedgerDatabase
      const accepted = yield* underLoad(Effect.gen(function*() {
        yield* crash("15 seconds")
        const all = yield* answers(witness)
        yield* Console.log(
          `PostgreSQL was away for 15 s: ${all.length} entities answer after ${
            distribution(all.map(({ millis }) => millis))
          }`
        )
      }))
      yield* audit("PostgreSQL was away", accepted, 6)
    }))
})
