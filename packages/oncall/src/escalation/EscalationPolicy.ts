import { Uuid } from "@innkeeper/config"
import { Name, UserId } from "@innkeeper/platform/api"
import { Array, Option, Schema } from "effect"
import { ScheduleId } from "../schedule/ScheduleId.ts"

export const EscalationPolicyId = Uuid.pipe(Schema.brand("EscalationPolicyId"))
export type EscalationPolicyId = typeof EscalationPolicyId.Type

/** Whom a step pages: whoever a schedule has on call at that moment, or one person. */
export const Target = Schema.Union([
  Schema.Struct({ kind: Schema.tag("schedule"), id: ScheduleId }),
  Schema.Struct({ kind: Schema.tag("user"), id: UserId })
])
export type Target = typeof Target.Type

/** One level of a policy: whom to page, and how long to wait for an acknowledgement. */
export const EscalationStep = Schema.Struct({
  targets: Schema.NonEmptyArray(Target).check(Schema.isMaxLength(20)),
  /** Seconds to wait for an acknowledgement before the next level is paged. */
  timeoutSeconds: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 86_400 }))
})
export type EscalationStep = typeof EscalationStep.Type

/** What is done, in which order, until somebody acknowledges. */
export const EscalationPlan = Schema.Struct({
  /** Those of a policy, and before them one for the person to whom an incident was reassigned. */
  steps: Schema.NonEmptyArray(EscalationStep),
  /** Further passes over `steps` after the first. */
  repeat: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 })),
  /** Paged once after the last pass, when nobody answered. May be empty. */
  lastResort: Schema.Array(Target).check(Schema.isMaxLength(20)),
  /** Seconds after which an acknowledgement that was not followed by a resolution expires; null: never. */
  acknowledgementTimeoutSeconds: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 60, maximum: 604_800 })))
})
export type EscalationPlan = typeof EscalationPlan.Type

/** A plan as a run has stored it; none where nobody can read it any more. */
export const decodePlan = Schema.decodeUnknownOption(EscalationPlan)

export class EscalationPolicy extends Schema.Class<EscalationPolicy>("oncall/EscalationPolicy")({
  id: EscalationPolicyId,
  name: Name,
  ...EscalationPlan.fields
}) {}

/** A policy as it may be entered. */
export const EscalationPolicyInput = Schema.Struct({
  name: Name,
  ...EscalationPlan.fields,
  steps: EscalationPlan.fields.steps.check(Schema.isMaxLength(20))
})

/** A moment of an escalation: a level of a pass (both from 1), or the last resort. */
export type Stage =
  | { readonly kind: "level"; readonly level: number; readonly pass: number; readonly step: EscalationStep }
  | {
    readonly kind: "last-resort"
    readonly targets: ReadonlyArray<Target>
    /** Seconds to wait for an acknowledgement: as the last level does. */
    readonly timeoutSeconds: number
    readonly afterLevel: number
    readonly afterPass: number
  }

/** The stage to run after `completed` stages, counted from 0 over all passes; none when the plan is exhausted. */
export const nextStage = (plan: EscalationPlan, completed: number): Option.Option<Stage> => {
  const levels = plan.steps.length
  const total = levels * (plan.repeat + 1)
  if (completed < total) {
    return Option.map(Array.get(plan.steps, completed % levels), (step) => ({
      kind: "level",
      level: completed % levels + 1,
      pass: Math.floor(completed / levels) + 1,
      step
    }))
  }
  return completed === total && plan.lastResort.length > 0
    ? Option.some({
      kind: "last-resort",
      targets: plan.lastResort,
      timeoutSeconds: Array.lastNonEmpty(plan.steps).timeoutSeconds,
      afterLevel: levels,
      afterPass: plan.repeat + 1
    })
    : Option.none()
}
