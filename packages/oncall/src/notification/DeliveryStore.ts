import type { TenantId } from "@innkeeper/config"
import { ContactMethodId, UserId } from "@innkeeper/platform/api"
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Priority } from "../alert/Alert.ts"
import { IncidentStatus } from "../incident/Incident.ts"
import { type Attempt, Notification, NotificationId } from "./Notification.ts"

const Delivery = Schema.Struct({
  id: NotificationId,
  incidentId: Notification.fields.incidentId,
  run: Schema.Int,
  stage: Schema.Int,
  status: Notification.fields.status,
  attempts: Schema.Int,
  firstAttemptAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  /** Whether it is of the first step of an incident's first run, so that nothing but work lies between alert and page. */
  first: Schema.Boolean,
  userId: UserId,
  userName: Schema.String,
  timeZone: Schema.String,
  contactMethodId: ContactMethodId,
  kind: Notification.fields.kind,
  address: Schema.String,
  tenantName: Schema.String,
  incident: Schema.Struct({
    number: Schema.Int,
    title: Schema.String,
    status: IncidentStatus,
    priority: Priority,
    createdAt: Schema.DateTimeUtcFromString,
    serviceName: Schema.String,
    alertCount: Schema.Int
  }),
  alert: Schema.NullOr(Schema.Struct({
    source: Schema.String,
    details: Schema.NullOr(Schema.String),
    labels: Schema.Record(Schema.String, Schema.String),
    links: Schema.Array(Schema.Struct({ href: Schema.String, text: Schema.String }))
  })),
  /**
   * `over`: nobody needs it any more, since its run is over or a later page of the run takes the same way. `unreachable`: it is
   * wanted, and its person or contact method is gone.
   */
  standing: Schema.Literals(["wanted", "over", "unreachable"])
})
/** All that is needed to deliver one page. */
export type Delivery = typeof Delivery.Type
const decodeDeliveries = Schema.decodeUnknownEffect(Schema.Array(Delivery))

/** Names a page among those of all tenants. */
export interface PageId {
  readonly tenantId: TenantId
  readonly id: NotificationId
}

/** What these pages need to be delivered. For a session that sees all tenants: each page is looked for in its own. */
export const findDeliveries = Effect.fnUntraced(function*(pages: ReadonlyArray<PageId>) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT page.id, page.incident_id AS "incidentId", page.run, page.stage, page.status,
      coalesce((page.attempts -> -1 ->> 'number')::integer, 0) AS attempts,
      page.attempts -> 0 ->> 'at' AS "firstAttemptAt",
      page.run = 1 AND page.stage = 0 AS first, page.user_id AS "userId", person.name AS "userName", person.time_zone AS "timeZone",
      page.contact_method_id AS "contactMethodId", page.kind, page.address, tenant.name AS "tenantName",
      jsonb_build_object('number', incident.number, 'title', incident.title, 'status', incident.status,
        'priority', incident.priority, 'createdAt', incident.created_at, 'serviceName', service.name,
        'alertCount', incident.alert_count) AS incident,
      (SELECT jsonb_build_object('source', source, 'details', details, 'labels', labels, 'links', links)
        FROM alert WHERE alert.tenant_id = page.tenant_id AND alert.incident_id = page.incident_id
        ORDER BY alert.id LIMIT 1) AS alert,
      CASE WHEN incident.status <> 'triggered' OR incident.run <> page.run OR EXISTS (
          SELECT FROM notification later WHERE later.tenant_id = page.tenant_id
            AND later.incident_id = page.incident_id AND later.run = page.run AND later.stage > page.stage
            AND later.contact_method_id = page.contact_method_id
        ) THEN 'over'
        WHEN person.deactivated_at IS NOT NULL OR NOT EXISTS (
          SELECT FROM contact_method method WHERE method.tenant_id = page.tenant_id AND method.id = page.contact_method_id
        ) THEN 'unreachable'
        ELSE 'wanted' END AS standing
    FROM jsonb_to_recordset(${JSON.stringify(pages)}::jsonb) AS wanted ("tenantId" uuid, id uuid)
    JOIN notification page ON page.tenant_id = wanted."tenantId" AND page.id = wanted.id
    JOIN incident ON incident.tenant_id = page.tenant_id AND incident.id = page.incident_id
    JOIN service ON service.tenant_id = page.tenant_id AND service.id = incident.service_id
    JOIN user_account person ON person.tenant_id = page.tenant_id AND person.id = page.user_id
    JOIN tenant ON tenant.id = page.tenant_id`
  return yield* decodeDeliveries(rows)
})

/** Attempts of one page that are kept: the first, and the last ones. An outage may cost hundreds. */
const keptAttempts = 50

/**
 * The write that adds attempts and, when they settle their pages, the outcomes. A page that is settled stays so, whatever a process
 * that was frozen meanwhile says of its own attempt, but for that it was sent.
 */
export const outcomeWrites = Effect.fnUntraced(
  function*(
    made: ReadonlyArray<{
      readonly id: NotificationId
      readonly attempt: typeof Attempt.Encoded | null
      readonly status: Notification["status"]
    }>
  ) {
    const sql = yield* SqlClient.SqlClient
    return made.length === 0 ? [] : [sql`
      UPDATE notification SET
        status = CASE WHEN made.status = 'sent' OR notification.status = 'pending' THEN made.status
          ELSE notification.status END,
        sent_at = CASE WHEN made.status = 'sent' THEN now() ELSE sent_at END,
        attempts = CASE WHEN made.attempt IS NULL THEN attempts
          WHEN jsonb_array_length(attempts) < ${keptAttempts} THEN attempts || jsonb_build_array(made.attempt)
          ELSE (attempts - 1) || jsonb_build_array(made.attempt) END
      FROM jsonb_to_recordset(${JSON.stringify(made)}::jsonb) AS made (id uuid, attempt jsonb, status text)
      WHERE notification.id = made.id`]
  }
)

/** Pages whose last attempt this is, or which have ended where it is none. */
export const recordedOf = Effect.fnUntraced(
  function*(made: ReadonlyArray<{ readonly id: NotificationId; readonly attempt: typeof Attempt.Encoded | null }>) {
    if (made.length === 0) return new Set<NotificationId>()
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ readonly id: NotificationId }>`
      SELECT page.id FROM jsonb_to_recordset(${JSON.stringify(made)}::jsonb) AS made (id uuid, attempt jsonb)
      JOIN notification page ON page.id = made.id
      WHERE CASE WHEN made.attempt IS NULL THEN page.status <> 'pending' ELSE page.attempts -> -1 = made.attempt END`
    return new Set(rows.map(({ id }) => id))
  }
)

/** Gives up on a page that nobody needs any more. */
export const cancelNotification = Effect.fnUntraced(function*(id: NotificationId) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE notification SET status = 'cancelled' WHERE id = ${id} AND status = 'pending'`
})
