import { layer } from "@effect/vitest"
import { Effect } from "effect"
import { audit } from "./Books.fixture.ts"
import { underLoad } from "./Load.fixture.ts"
import { Pods } from "./Pods.fixture.ts"

const options = { excludeTestServices: true, timeout: "180 seconds" } as const

layer(Pods.layer(), options)("a network between the pods that loses everything", (it) => {
  it.effect("around one pod, then around all, costs nothing that was accepted", () =>
    Effect.gen(function*() {
      const pods = yield* Pods
      const [victim] = pods
      const accepted = yield* underLoad(Effect.gen(function*() {
        yield* victim.wire.cut
        yield* Effect.sleep("8 seconds")
        yield* victim.wire.mend
        yield* Effect.sleep("2 seconds")
        yield* Effect.forEach(pods, ({ wire }) => wire.cut)
        yield* Effect.sleep("8 seconds")
        yield* Effect.forEach(pods, ({ wire }) => wire.mend)
        yield* Effect.sleep("2 seconds")
      }))
      yield* audit("partition", accepted, 4)
    }))
})
