import { Duration, Effect, Layer } from "effect"
import { Sharding } from "effect/cluster"
import { survive } from "../survive.ts"
import { StorageReads } from "./Messages.ts"

/** How long the engine may live on what is in memory before it asks the database for what other processes stored. */
const longest = Duration.millis(50)

/** Time between two looks for messages that were read and are handled by nobody. */
const between = Duration.seconds(15)

/** Has the engine look into the database soon after it looked into memory alone. */
export const StorageReadsLive = Layer.effectDiscard(Effect.gen(function*() {
  const sharding = yield* Sharding.Sharding
  const { askDatabase, leftOut, releaseOldReads } = yield* StorageReads
  yield* leftOut.await.pipe(
    Effect.andThen(Effect.sleep(longest)),
    Effect.andThen(askDatabase),
    Effect.andThen(sharding.pollStorage),
    Effect.forever,
    Effect.forkScoped
  )
  yield* releaseOldReads.pipe(
    survive("Could not look for messages that nobody handles"),
    Effect.delay(between),
    Effect.forever,
    Effect.forkScoped
  )
}))
