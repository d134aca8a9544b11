import { withPlatform } from "@innkeeper/database"
import { Effect } from "effect"
import { Health, Unhealthy } from "../health/Health.ts"
import { neglectedQueues, unknownTypes } from "./JobOperatorStore.ts"

/** Seconds after which a partition whose owner was not seen counts as left alone. */
const tolerable = 30

/** Whether somebody looks after the jobs that are due: every queue has its owners, and every type of job a handler. */
export const jobHealth = Health.check({
  name: "jobs",
  required: false,
  check: withPlatform("health of jobs")(Effect.gen(function*() {
    const neglected = yield* neglectedQueues(tolerable)
    if (neglected.length > 0) {
      return yield* new Unhealthy({ reason: `nobody runs the jobs of ${neglected.join(", ")}` })
    }
    const unknown = yield* unknownTypes
    if (unknown.length > 0) return yield* new Unhealthy({ reason: `nobody knows jobs of type ${unknown.join(", ")}` })
  })).pipe(Effect.catchTag("SqlError", () => new Unhealthy({ reason: "cannot be read" })))
})
