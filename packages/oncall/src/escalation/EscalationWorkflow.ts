import { TenantId } from "@innkeeper/config"
import { Duration, Effect, Schema } from "effect"
import { Activity, DurableClock, DurableDeferred, Workflow } from "effect/workflow"
import { IncidentId } from "../incident/Incident.ts"
import { StepOutcome } from "./EscalationRun.ts"
import { Pager } from "./Pager.ts"

/**
 * Pages level after level until somebody acknowledges or the plan is exhausted. One execution per run of an incident.
 *
 * The run keeps the plan as it was when it began: a policy that is edited meanwhile counts from the next run.
 */
export class Escalate extends Workflow.make("oncall/Escalate", {
  payload: { tenantId: TenantId, incidentId: IncidentId, run: Schema.Int },
  success: Schema.Literals(["stopped", "exhausted"]),
  idempotencyKey: ({ incidentId, run, tenantId }) => `${tenantId}/${incidentId}/${run}`
}) {}

/** Completed when the run has nothing more to do: acknowledged, resolved or reassigned. */
export const Stopped = DurableDeferred.make("oncall/Stopped")

/** The body. It replays after every wait, so everything in it is an activity. */
export const EscalateLive = Escalate.toLayer(Effect.fnUntraced(function*(run) {
  const pager = yield* Pager
  for (let stage = 0;; stage++) {
    const outcome = yield* Activity.make({
      name: `step/${stage}`,
      success: StepOutcome,
      execute: pager.step(run, stage)
    })
    if (outcome.kind === "ended") return outcome.as
    if (outcome.seconds === 0) continue
    const stopped = yield* DurableDeferred.raceAll({
      name: `wait/${stage}`,
      success: Schema.Boolean,
      error: Schema.Never,
      effects: [
        Effect.as(DurableDeferred.await(Stopped), true),
        Effect.as(
          DurableClock.sleep({
            name: `timeout/${stage}`,
            duration: Duration.seconds(outcome.seconds),
            inMemoryThreshold: 0
          }),
          false
        )
      ]
    })
    if (stopped) return "stopped"
  }
}))
