import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import {
  EscalationPlan,
  EscalationPolicy,
  type EscalationPolicyId,
  type EscalationPolicyInput
} from "./EscalationPolicy.ts"

const Row = Schema.Struct({ id: EscalationPolicy.fields.id, name: Schema.String, plan: EscalationPlan })
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))
const encodePlan = Schema.encodeSync(Schema.fromJsonString(EscalationPlan))

type Input = typeof EscalationPolicyInput.Type

/** One policy by its id, or all by name. */
export const findPolicies = Effect.fnUntraced(function*(id?: EscalationPolicyId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT id, name, plan FROM escalation_policy
    WHERE ${id === undefined ? sql`true` : sql`id = ${id}`} ORDER BY name COLLATE name_order`
  return (yield* decodeRows(rows)).map(({ id, name, plan }) => new EscalationPolicy({ id, name, ...plan }))
})

export const insertPolicy = Effect.fnUntraced(function*(id: EscalationPolicyId, { name, ...plan }: Input) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO escalation_policy (id, name, plan) VALUES (${id}, ${name}, ${encodePlan(plan)}::jsonb)`
})

/** False when there is no such policy. */
export const updatePolicy = Effect.fnUntraced(function*(id: EscalationPolicyId, { name, ...plan }: Input) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    UPDATE escalation_policy SET name = ${name}, plan = ${encodePlan(plan)}::jsonb WHERE id = ${id} RETURNING id`
  return rows.length > 0
})

/** Takes the policy, so that nothing can begin to refer to it; false when there is none. */
export const holdPolicy = Effect.fnUntraced(function*(id: EscalationPolicyId) {
  const sql = yield* SqlClient.SqlClient
  return (yield* sql`SELECT id FROM escalation_policy WHERE id = ${id} FOR UPDATE`).length > 0
})

/** Names of the services that escalate by this policy. */
export const servicesUsing = Effect.fnUntraced(function*(id: EscalationPolicyId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly name: string }>`
    SELECT name FROM service WHERE escalation_policy_id = ${id} ORDER BY name COLLATE name_order`
  return rows.map(({ name }) => name)
})

export const deletePolicy = Effect.fnUntraced(function*(id: EscalationPolicyId) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM escalation_policy WHERE id = ${id}`
})
