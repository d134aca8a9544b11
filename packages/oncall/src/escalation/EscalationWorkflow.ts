import { TenantId } from "@innkeeper/config"
import { Duration, Effect, Schema } from "effect"
import { Activity, DurableClock, DurableDeferred, Workflow } from "effect/workflow"
import { IncidentId } from "../incident/Incident.ts"
import { type RunRef, StepOutcome } from "./EscalationRun.ts"
import { Pager } from "./Pager.ts"

/**
 * Pages level after level until somebody acknowledges or the plan is exhausted. One execution per run of an incident.
 *
 * The first step is taken before (`beginEscalation`); `seconds` is how long it waits for an answer. The run keeps the plan
 * as it was when it began: a policy that is edited meanwhile counts from the next run.
 */
export class Escalate extends Workflow.make("oncall/Escalate", {
  payload: { tenantId: TenantId, incidentId: IncidentId, run: Schema.Int, seconds: Schema.Int },
  success: Schema.Literals(["stopped", "exhausted"]),
  idempotencyKey: ({ incidentId, run, tenantId }) => `${tenantId}/${incidentId}/${run}`
}) {}

/** The execution of a run. What else is in the payload does not tell executions apart. */
export const executionOf = (run: RunRef) => Escalate.executionId({ ...run, seconds: 0 })

/** Completed when the run has nothing more to do: acknowledged, resolved or reassigned. */
export const Stopped = DurableDeferred.make("oncall/Stopped")

/** True when the run was stopped within the seconds that a stage waits. */
const stoppedWithin = (stage: number, seconds: number) =>
  DurableDeferred.raceAll({
    name: `wait/${stage}`,
    success: Schema.Boolean,
    error: Schema.Never,
    effects: [
      Effect.as(DurableDeferred.await(Stopped), true),
      Effect.as(
        DurableClock.sleep({
          name: `timeout/${stage}`,
          duration: Duration.seconds(seconds),
          inMemoryThreshold: 0
        }),
        false
      )
    ]
  })

/** The body. It replays after every wait, so everything else in it is an activity. */
export const EscalateLive = Escalate.toLayer(Effect.fnUntraced(function*({ seconds, ...run }) {
  const pager = yield* Pager
  let wait = seconds
  for (let stage = 0;; stage++) {
    if (wait > 0 && (yield* stoppedWithin(stage, wait))) return "stopped"
    const outcome = yield* Activity.make({
      name: `step/${stage + 1}`,
      success: StepOutcome,
      execute: pager.step(run, stage + 1)
    })
    if (outcome.kind === "ended") return outcome.as
    wait = outcome.seconds
  }
}))
