/** A process that stops as the server does, with a part that never ends when its argument is `hangs`. Tests only. */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Duration, Effect } from "effect"
import { stopInTime } from "./Stop.ts"

const program = Effect.gen(function*() {
  yield* Effect.addFinalizer(() => process.argv[2] === "hangs" ? Effect.never : Console.log("ended"))
  yield* stopInTime(Duration.millis(300))
  yield* Console.log("running")
  return yield* Effect.never
}).pipe(Effect.scoped)

NodeRuntime.runMain(program)
