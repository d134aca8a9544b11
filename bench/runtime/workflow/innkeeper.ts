import { sleep } from "@innkeeper/runtime"
import { sideMain } from "../side.ts"
import { innkeeperEngine } from "./innkeeperEngine.ts"
import { measureWorkflows } from "./measureWorkflows.ts"

/** The product's engine; a sleep of this length waits in memory with its end on record. */
sideMain((task) =>
  measureWorkflows(task, innkeeperEngine(task.address, (duration) => sleep({ name: "nap", duration })))
)
