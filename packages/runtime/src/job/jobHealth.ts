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
    const unknown = yield* unknownTypes
    const problems = [
      ...(neglected.length === 0 ? [] : [`nobody runs the jobs of ${neglected.join(", ")}`]),
      ...(unknown.length === 0 ? [] : [`nobody knows jobs of type ${unknown.join(", ")}`])
    ]
    if (problems.length > 0) return yield* new Unhealthy({ reason: problems.join("; ") })
  })).pipe(Effect.catchTag("SqlError", () => new Unhealthy({ reason: "cannot be read" })))
})
