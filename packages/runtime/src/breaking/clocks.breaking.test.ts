import { layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { audit } from "./Books.fixture.ts"
import { underLoad } from "./Load.fixture.ts"
import { Pods } from "./Pods.fixture.ts"

const hour = Duration.toMillis("1 hour")

layer(Pods.layer([0, hour, -hour]), { excludeTestServices: true, timeout: "180 seconds" })(
  "pods whose clocks are an hour early and an hour late",
  (it) => {
    it.effect("wake timers when they are due, whichever pod set them and whichever wakes them", () =>
      Effect.gen(function*() {
        const [, early] = yield* Pods
        // The shards of the early one move in the middle, with timers of every clock among them.
        const accepted = yield* underLoad(
          Effect.andThen(early.kill, Effect.andThen(early.start(), Effect.sleep("3 seconds")))
        )
        yield* audit("clocks that differ by two hours", accepted, 2)
      }))
  }
)
