import type { TenantId } from "@innkeeper/config"
import { Schema } from "effect"
import type { IncidentId } from "../incident/Incident.ts"

/** One run of an escalation. Runs of an incident are counted from 1. */
export interface RunRef {
  readonly tenantId: TenantId
  readonly incidentId: IncidentId
  readonly run: number
}

/** What a step of a run leads to: the end of the run, or the next step after so many seconds. */
export const StepOutcome = Schema.Union([
  Schema.Struct({ kind: Schema.tag("ended"), as: Schema.Literals(["stopped", "exhausted"]) }),
  Schema.Struct({ kind: Schema.tag("wait"), seconds: Schema.Int })
])
export type StepOutcome = typeof StepOutcome.Type
