import { Name, UserId } from "@innkeeper/platform/api"
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { EscalationPlan, EscalationPolicy } from "../escalation/EscalationPolicy.ts"
import { Service } from "../service/Service.ts"

const ServiceRow = Schema.Struct({
  serviceId: Service.fields.id,
  serviceName: Name,
  policyId: EscalationPolicy.fields.id,
  policyName: Name,
  plan: EscalationPlan
})
const decodeServices = Schema.decodeUnknownEffect(Schema.Array(ServiceRow))

const PersonRow = Schema.Struct({ id: UserId, name: Name, reachable: Schema.Boolean })
const decodePeople = Schema.decodeUnknownEffect(Schema.Array(PersonRow))

/** A person, and whether they could be paged: active, with a contact method. */
export type Person = typeof PersonRow.Type

/** Every service with the plan that pages for it, by name. */
export const findServicesWithPlans = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT service.id AS "serviceId", service.name AS "serviceName", policy.id AS "policyId",
      policy.name AS "policyName", policy.plan
    FROM service JOIN escalation_policy policy
      ON policy.tenant_id = service.tenant_id AND policy.id = service.escalation_policy_id
    ORDER BY service.name COLLATE name_order`
  return yield* decodeServices(rows)
})

export const findPeople = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT id, name, deactivated_at IS NULL AND EXISTS (
      SELECT FROM contact_method method WHERE method.tenant_id = person.tenant_id AND method.user_id = person.id
    ) AS reachable
    FROM user_account person`
  return yield* decodePeople(rows)
})
