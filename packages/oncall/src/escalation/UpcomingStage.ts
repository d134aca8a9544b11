import { Option, Schema } from "effect"
import { decodePlan, nextStage } from "./EscalationPolicy.ts"

/** What an escalation pages next unless somebody acknowledges: a level of a pass, both counted from 1, or the last resort. */
export const UpcomingStage = Schema.Union([
  Schema.Struct({
    kind: Schema.tag("level"),
    level: Schema.Int,
    /** Levels of each pass. A reassignment to a person makes one more than the policy has. */
    levels: Schema.Int,
    pass: Schema.Int
  }),
  Schema.Struct({ kind: Schema.tag("last-resort") })
])
export type UpcomingStage = typeof UpcomingStage.Type

/** What follows after `completed` stages of a run by its own stored plan; null: nothing, or nobody can read the plan. */
export const upcomingStage = (plan: unknown, completed: number): UpcomingStage | null =>
  Option.getOrNull(Option.gen(function*() {
    const decoded = yield* decodePlan(plan)
    const stage = yield* nextStage(decoded, completed)
    return stage.kind === "level"
      ? { kind: "level", level: stage.level, levels: decoded.steps.length, pass: stage.pass }
      : { kind: "last-resort" }
  }))
