import { DurableClock } from "effect/workflow"
import { sideMain } from "../side.ts"
import { innkeeperEngine } from "./innkeeperEngine.ts"
import { measureWorkflows } from "./measureWorkflows.ts"

/** The product's engine with runs that are put away while they sleep, as long sleeps and waits for an answer are. */
sideMain((task) =>
  measureWorkflows(
    task,
    innkeeperEngine(task.address, (duration) => DurableClock.sleep({ name: "nap", duration, inMemoryThreshold: 0 }))
  )
)
