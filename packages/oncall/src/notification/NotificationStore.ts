import type { TenantId } from "@innkeeper/config"
import { ContactMethodId, UserId } from "@innkeeper/platform/api"
import { Effect, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { Priority } from "../alert/Alert.ts"
import { type IncidentId, IncidentStatus } from "../incident/Incident.ts"
import { type Attempt, Notification, NotificationId } from "./Notification.ts"

/** A person who can be paged, with the ways to reach them. */
const Reachable = Schema.Struct({
  userId: UserId,
  userName: Schema.String,
  contactMethodId: ContactMethodId,
  kind: Notification.fields.kind,
  address: Schema.String
})
export type Reachable = typeof Reachable.Type
const decodeReachable = Schema.decodeUnknownEffect(Schema.Array(Reachable))

/** The contact methods of those of `userIds` who may be paged. Two methods with one address count once. */
export const reachable = Effect.fnUntraced(function*(userIds: ReadonlyArray<UserId>) {
  if (userIds.length === 0) return []
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT DISTINCT ON (method.user_id, method.kind, lower(method.address))
      person.id AS "userId", person.name AS "userName", method.id AS "contactMethodId", method.kind, method.address
    FROM user_account person
    JOIN contact_method method ON method.tenant_id = person.tenant_id AND method.user_id = person.id
    WHERE person.id = ANY (${userIds}::text[]::uuid[]) AND person.deactivated_at IS NULL
    ORDER BY method.user_id, method.kind, lower(method.address), method.id`
  return yield* decodeReachable(rows)
})

const Key = Schema.Struct({
  id: NotificationId,
  contactMethodId: ContactMethodId,
  incidentId: Notification.fields.incidentId,
  run: Schema.Int,
  stage: Schema.Int
})
/** A page, what asked for it, and the way it takes. */
export type PageKey = typeof Key.Type
const decodeKeys = Schema.decodeUnknownEffect(Schema.Array(Key))

/** A page to write: which stage of which run asks for it, and the way it takes. */
export interface NewPage {
  readonly incidentId: IncidentId
  readonly run: number
  readonly stage: number
  readonly method: Reachable
}

/** New pages, and the write that makes them. */
export const pageWrites = Effect.fnUntraced(function*(pages: ReadonlyArray<NewPage>) {
  const sql = yield* SqlClient.SqlClient
  const keys = pages.map(({ incidentId, method, run, stage }): PageKey => ({
    id: NotificationId.make(SecureRandom.uuidV7Unsafe()),
    contactMethodId: method.contactMethodId,
    incidentId,
    run,
    stage
  }))
  const rows = pages.map(({ incidentId, method, run, stage }, index) => ({
    id: keys[index]?.id,
    incident_id: incidentId,
    run,
    stage,
    user_id: method.userId,
    contact_method_id: method.contactMethodId,
    kind: method.kind,
    address: method.address
  }))
  const writes = rows.length === 0 ? [] : [sql`
    INSERT INTO notification (id, incident_id, run, stage, user_id, contact_method_id, kind, address, status)
    SELECT id, incident_id, run, stage, user_id, contact_method_id, kind, address, 'pending'
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row (
      id uuid, incident_id uuid, run integer, stage integer, user_id uuid, contact_method_id uuid, kind text,
      address text)`]
  return { keys, writes }
})

/** The pages of stages that were taken. */
export const pagesOf = Effect.fnUntraced(
  function*(stages: ReadonlyArray<{ readonly incidentId: IncidentId; readonly run: number; readonly stage: number }>) {
    if (stages.length === 0) return []
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`
      SELECT page.id, page.contact_method_id AS "contactMethodId", page.incident_id AS "incidentId", page.run, page.stage
      FROM jsonb_to_recordset(${JSON.stringify(stages)}::jsonb) AS taken ("incidentId" uuid, run integer, stage integer)
      JOIN notification page
        ON page.incident_id = taken."incidentId" AND page.run = taken.run AND page.stage = taken.stage`
    return yield* decodeKeys(rows)
  }
)

/** Whether `page` of `incident` is wanted and nobody has tried to deliver it. */
export const isUntried = (sql: SqlClient.SqlClient) =>
  sql`incident.status = 'triggered' AND incident.run = page.run AND page.status = 'pending' AND page.attempts = '[]'`

const Delivery = Schema.Struct({
  id: NotificationId,
  incidentId: Notification.fields.incidentId,
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
  /** False when the run it belongs to is over, or the person or the contact method is gone: nobody needs this page any more. */
  wanted: Schema.Boolean
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
    SELECT page.id, page.incident_id AS "incidentId", page.status, jsonb_array_length(page.attempts) AS attempts,
      page.attempts -> 0 ->> 'at' AS "firstAttemptAt",
      page.run = 1 AND page.stage = 0 AS first, page.user_id AS "userId", person.name AS "userName", person.time_zone AS "timeZone",
      page.contact_method_id AS "contactMethodId", page.kind, page.address, tenant.name AS "tenantName",
      jsonb_build_object('number', incident.number, 'title', incident.title, 'status', incident.status,
        'priority', incident.priority, 'createdAt', incident.created_at, 'serviceName', service.name,
        'alertCount', incident.alert_count) AS incident,
      (SELECT jsonb_build_object('source', source, 'details', details, 'labels', labels, 'links', links)
        FROM alert WHERE alert.tenant_id = page.tenant_id AND alert.incident_id = page.incident_id
        ORDER BY alert.id LIMIT 1) AS alert,
      incident.status = 'triggered' AND incident.run = page.run AND person.deactivated_at IS NULL AND EXISTS (
        SELECT FROM contact_method method WHERE method.tenant_id = page.tenant_id AND method.id = page.contact_method_id
      ) AS wanted
    FROM jsonb_to_recordset(${JSON.stringify(pages)}::jsonb) AS wanted ("tenantId" uuid, id uuid)
    JOIN notification page ON page.tenant_id = wanted."tenantId" AND page.id = wanted.id
    JOIN incident ON incident.tenant_id = page.tenant_id AND incident.id = page.incident_id
    JOIN service ON service.tenant_id = page.tenant_id AND service.id = incident.service_id
    JOIN user_account person ON person.tenant_id = page.tenant_id AND person.id = page.user_id
    JOIN tenant ON tenant.id = page.tenant_id`
  return yield* decodeDeliveries(rows)
})

/** The write that adds attempts and, when they settle their pages, the outcomes. */
export const attemptWrites = Effect.fnUntraced(
  function*(
    made: ReadonlyArray<{
      readonly id: NotificationId
      readonly attempt: typeof Attempt.Encoded
      readonly status: Notification["status"]
    }>
  ) {
    const sql = yield* SqlClient.SqlClient
    return made.length === 0 ? [] : [sql`
      UPDATE notification SET attempts = attempts || jsonb_build_array(made.attempt), status = made.status,
        sent_at = CASE WHEN made.status = 'sent' THEN now() END
      FROM jsonb_to_recordset(${JSON.stringify(made)}::jsonb) AS made (id uuid, attempt jsonb, status text)
      WHERE notification.id = made.id`]
  }
)

/** Gives up on a page that nobody needs any more. */
export const cancelNotification = Effect.fnUntraced(function*(id: NotificationId) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE notification SET status = 'cancelled' WHERE id = ${id} AND status = 'pending'`
})

const Row = Schema.Struct({
  ...Notification.fields,
  createdAt: Schema.DateTimeUtcFromDate,
  sentAt: Schema.NullOr(Schema.DateTimeUtcFromDate)
})
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

/** The pages of an incident, oldest first. */
export const notificationsOf = Effect.fnUntraced(function*(incidentId: IncidentId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT page.id, incident_id AS "incidentId", user_id AS "userId", person.name AS "userName", kind, address, status,
      attempts, page.created_at AS "createdAt", sent_at AS "sentAt"
    FROM notification page
    JOIN user_account person ON person.tenant_id = page.tenant_id AND person.id = page.user_id
    WHERE incident_id = ${incidentId} ORDER BY page.id`
  return (yield* decodeRows(rows)).map((row) => new Notification(row))
})
