import { TenantId } from "@innkeeper/config"
import { Duration, Effect, Option, Schema } from "effect"
import { Activity, DurableClock, DurableDeferred, Workflow } from "effect/workflow"
import { IncidentId } from "../incident/Incident.ts"
import { EscalationPlan, nextStage } from "./EscalationPolicy.ts"
import { Pager } from "./Pager.ts"

/**
 * Pages level after level until somebody acknowledges or the plan is exhausted. One execution per run of an incident.
 *
 * The payload holds the plan as it was when the run began: a policy that is edited meanwhile counts from the next run.
 */
export class Escalate extends Workflow.make("oncall/Escalate", {
  payload: { tenantId: TenantId, incidentId: IncidentId, run: Schema.Int, plan: EscalationPlan },
  success: Schema.Literals(["stopped", "exhausted"]),
  idempotencyKey: ({ incidentId, run, tenantId }) => `${tenantId}/${incidentId}/${run}`
}) {}

/** Completed when the run has nothing more to do: acknowledged, resolved or reassigned. */
export const Stopped = DurableDeferred.make("oncall/Stopped")

/** The body. It replays after every wait, so everything but {@link nextStage} is an activity. */
export const EscalateLive = Escalate.toLayer(Effect.fnUntraced(function*({ plan, ...run }) {
  const pager = yield* Pager
  for (let completed = 0;; completed++) {
    const stage = nextStage(plan, completed)
    if (Option.isNone(stage)) {
      yield* Activity.make({ name: "exhausted", execute: pager.exhaust(run) })
      return "exhausted"
    }
    const outcome = yield* Activity.make({
      name: `page/${completed}`,
      success: Schema.Literals(["paged", "nobody", "stopped"]),
      execute: pager.page(run, completed, stage.value)
    })
    if (outcome === "stopped") return "stopped"
    if (outcome === "nobody" || stage.value.kind === "last-resort") continue
    const stopped = yield* DurableDeferred.raceAll({
      name: `wait/${completed}`,
      success: Schema.Boolean,
      error: Schema.Never,
      effects: [
        Effect.as(DurableDeferred.await(Stopped), true),
        Effect.as(
          DurableClock.sleep({
            name: `timeout/${completed}`,
            duration: Duration.seconds(stage.value.step.timeoutSeconds),
            inMemoryThreshold: 0
          }),
          false
        )
      ]
    })
    if (stopped) return "stopped"
  }
}))
