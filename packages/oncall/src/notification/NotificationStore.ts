import { ContactMethodId, shownAddress, UserId } from "@innkeeper/platform/api"
import { Effect, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import type { IncidentId } from "../incident/Incident.ts"
import { Notification, NotificationId } from "./Notification.ts"

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

const RunPage = Schema.Struct({
  id: NotificationId,
  incidentId: Notification.fields.incidentId,
  run: Schema.Int,
  stage: Schema.Int,
  contactMethodId: ContactMethodId,
  status: Notification.fields.status
})
/** A page of a run, and how it stands. */
export type RunPage = typeof RunPage.Type
const decodeRunPages = Schema.decodeUnknownEffect(Schema.Array(RunPage))

/** All pages of runs. */
export const pagesOfRuns = Effect.fnUntraced(
  function*(runs: ReadonlyArray<{ readonly incidentId: IncidentId; readonly run: number }>) {
    if (runs.length === 0) return []
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`
      SELECT page.id, page.incident_id AS "incidentId", page.run, page.stage,
        page.contact_method_id AS "contactMethodId", page.status
      FROM jsonb_to_recordset(${JSON.stringify(runs)}::jsonb) AS taken ("incidentId" uuid, run integer)
      JOIN notification page ON page.incident_id = taken."incidentId" AND page.run = taken.run`
    return yield* decodeRunPages(rows)
  }
)

/** Whether `page` of `incident` is wanted and nobody has tried to deliver it. */
export const isUntried = (sql: SqlClient.SqlClient) =>
  sql`incident.status = 'triggered' AND incident.run = page.run AND page.status = 'pending' AND page.attempts = '[]'`

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
  return (yield* decodeRows(rows)).map((row) => new Notification({ ...row, address: shownAddress(row) }))
})
