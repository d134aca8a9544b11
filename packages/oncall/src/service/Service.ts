import { Uuid } from "@innkeeper/config"
import { Name, TeamId, Text } from "@innkeeper/platform/api"
import { Schema } from "effect"
import { EscalationPolicyId } from "../escalation/EscalationPolicy.ts"

export const ServiceId = Uuid.pipe(Schema.brand("ServiceId"))
export type ServiceId = typeof ServiceId.Type

/** Key by which an alert names the service it is about; lower-case letters, digits, `-`, `_`, `.`. */
export const RoutingKey = Schema.String.check(
  Schema.isMaxLength(80),
  Schema.isPattern(/^[a-z0-9][a-z0-9._-]*$/, { expected: "lower-case letters, digits, `.`, `_` and `-`" })
)

/** Something that can break, with the team that owns it and the policy that pages for it. */
export class Service extends Schema.Class<Service>("oncall/Service")({
  id: ServiceId,
  name: Name,
  description: Text(2000),
  teamId: TeamId,
  routingKey: RoutingKey,
  escalationPolicyId: EscalationPolicyId,
  /** Incidents that are not resolved. */
  openIncidents: Schema.Int,
  createdAt: Schema.DateTimeUtcFromString
}) {}

export const ServiceInput = Schema.Struct({
  name: Service.fields.name,
  description: Service.fields.description,
  teamId: Service.fields.teamId,
  routingKey: Service.fields.routingKey,
  escalationPolicyId: Service.fields.escalationPolicyId
})
