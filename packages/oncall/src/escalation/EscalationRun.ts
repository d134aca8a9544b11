import type { TenantId } from "@innkeeper/config"
import type { IncidentId } from "../incident/Incident.ts"

/** One run of an escalation. Runs of an incident are counted from 1. */
export interface RunRef {
  readonly tenantId: TenantId
  readonly incidentId: IncidentId
  readonly run: number
}
