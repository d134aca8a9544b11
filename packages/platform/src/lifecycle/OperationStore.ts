import { ProvisionEvent, ServiceState, type TenantSlug } from "@innkeeper/config"
import { type DateTime, Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { AdminActor } from "../console/AdminActor.ts"
import { OperationStep } from "./OperationStep.ts"
import { storableJson } from "./storableJson.ts"
import {
  type OperationId,
  OperationLine,
  OperationRequest,
  type OperationStatus,
  TenantOperation,
  TenantState
} from "./TenantOperation.ts"

/** How a tenant was when an operation was asked for: what undoing it goes back to. */
export const Before = Schema.Struct({
  state: TenantState,
  /** Version of its configuration in the registry. */
  version: Schema.Int,
  /** Its configuration as it was stored. */
  config: Schema.Json,
  /** What its own pods were built with; null where there were none. */
  built: Schema.Json,
  service: ServiceState
})
export type Before = typeof Before.Type

const Row = Schema.Struct({
  ...TenantOperation.fields,
  createdAt: Schema.DateTimeUtcFromDate,
  finishedAt: Schema.NullOr(Schema.DateTimeUtcFromDate),
  removeAt: Schema.NullOr(Schema.DateTimeUtcFromDate),
  request: OperationRequest,
  steps: Schema.Array(OperationStep),
  before: Before,
  /**
   * Steps that have succeeded, by their number; once they are undone, their number with `/undo`. `kept`: what the first steps
   * did stays, see `givesBack`.
   */
  results: Schema.Record(Schema.String, Schema.Boolean),
  /** Somebody asked to stop it. */
  cancelled: Schema.Boolean,
  /** It has come to where nothing is undone any more. */
  committed: Schema.Boolean
})
/** An operation with what those who carry it out need to know. */
export type StoredOperation = typeof Row.Type
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

const columns = `
  operation.id, operation.slug, operation.request->>'kind' AS kind, operation.status, operation.actor,
  operation.created_at AS "createdAt", operation.finished_at AS "finishedAt", operation.step,
  CASE WHEN operation.total IS NOT NULL THEN
    jsonb_build_object('done', operation.done, 'total', operation.total) END AS progress,
  operation.problems, operation.remove_at AS "removeAt", operation.backup, operation.run_id AS "runId",
  operation.request, operation.steps, operation.before, operation.results, operation.cancelled, operation.committed`

const encodeActor = Schema.encodeSync(AdminActor)

/** Within `withPlatform`, as all of this file. */
export const insertOperation = Effect.fnUntraced(function*(operation: {
  readonly id: OperationId
  readonly slug: TenantSlug
  readonly request: OperationRequest
  readonly steps: ReadonlyArray<OperationStep>
  readonly before: Before
  readonly actor: AdminActor
  readonly runId: string
}) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO tenant_operation (id, slug, request, steps, before, actor, run_id)
    VALUES (${operation.id}, ${operation.slug}, ${JSON.stringify(operation.request)}::jsonb,
      ${JSON.stringify(operation.steps)}::jsonb, ${JSON.stringify(operation.before)}::jsonb,
      ${JSON.stringify(encodeActor(operation.actor))}::jsonb, ${operation.runId})`
})

/** Holds the row until the transaction ends. */
export const lockOperation = Effect.fnUntraced(function*(id: OperationId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`SELECT ${sql.literal(columns)} FROM tenant_operation operation WHERE id = ${id} FOR UPDATE`
  return (yield* decodeRows(rows))[0]
})

export const findOperation = Effect.fnUntraced(function*(id: OperationId) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`SELECT ${sql.literal(columns)} FROM tenant_operation operation WHERE id = ${id}`
  return (yield* decodeRows(rows))[0]
})

/** The tenant's operation that has not ended. Holds its row until the transaction ends. */
export const lockUnfinished = Effect.fnUntraced(function*(slug: TenantSlug) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT ${sql.literal(columns)} FROM tenant_operation operation
    WHERE slug = ${slug} AND finished_at IS NULL FOR UPDATE`
  return (yield* decodeRows(rows))[0]
})

/** All operations that have not ended. */
export const findUnfinished = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return yield* decodeRows(
    yield* sql`
      SELECT ${sql.literal(columns)} FROM tenant_operation operation WHERE finished_at IS NULL ORDER BY id LIMIT 1000`
  )
})

/** The last operation of `tenant`. */
const lastOf = "SELECT * FROM tenant_operation WHERE tenant_operation.slug = tenant.slug ORDER BY id DESC LIMIT 1"

/** An off-boarding that has begun its retention. */
const isRetaining = "request->>'kind' = 'offboard' AND remove_at IS NOT NULL"

/** The tenant's last off-boarding that has begun its retention. */
export const findLastOffboarding = Effect.fnUntraced(function*(slug: TenantSlug) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT ${sql.literal(columns)} FROM tenant_operation operation
    WHERE slug = ${slug} AND ${sql.literal(isRetaining)} ORDER BY id DESC LIMIT 1`
  return (yield* decodeRows(rows))[0]
})

/** Restorations that were undone, so that their tenants' data is to be deleted at the end of its retention as before. */
export const findUndoneRestorations = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return yield* decodeRows(
    yield* sql`
      SELECT ${sql.literal(columns)}
      FROM tenant CROSS JOIN LATERAL (${sql.literal(lastOf)}) operation CROSS JOIN LATERAL (
        SELECT committed FROM tenant_operation
        WHERE tenant_operation.slug = tenant.slug AND ${sql.literal(isRetaining)} ORDER BY id DESC LIMIT 1
      ) offboarding
      WHERE tenant.state = 'offboarding' AND operation.request->>'kind' = 'restore'
        AND operation.finished_at IS NOT NULL AND NOT offboarding.committed
      ORDER BY tenant.slug LIMIT 1000`
  )
})

/** The last operation of each of these tenants that had one. */
export const findLastOperations = Effect.fnUntraced(function*(slugs: ReadonlyArray<TenantSlug>) {
  const sql = yield* SqlClient.SqlClient
  return yield* decodeRows(
    yield* sql`
      SELECT ${sql.literal(columns)}
      FROM tenant CROSS JOIN LATERAL (${sql.literal(lastOf)}) operation
      WHERE tenant.slug = ANY (${slugs})`
  )
})

/** Operations of a tenant, newest first; `before` is the id of the last one of the previous page. */
export const findOperations = Effect.fnUntraced(function*(slug: TenantSlug, page: {
  readonly before?: string | undefined
  readonly limit: number
}) {
  const sql = yield* SqlClient.SqlClient
  return yield* decodeRows(
    yield* sql`
      SELECT ${sql.literal(columns)} FROM tenant_operation operation
      WHERE slug = ${slug} AND ${page.before === undefined ? sql`true` : sql`id < ${page.before}`}
      ORDER BY id DESC LIMIT ${page.limit}`
  )
})

/** Says what it does now; a line of its history. */
export const beginStep = Effect.fnUntraced(
  function*(id: OperationId, step: { readonly text: string; readonly status: OperationStatus }) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      UPDATE tenant_operation SET status = ${step.status}, step = ${step.text}, done = NULL, total = NULL
      WHERE id = ${id} AND finished_at IS NULL`
    yield* insertLines(id, step.text, [null])
  }
)

/** Writes down that a step has succeeded, so that it is not taken again. The first backup is the one that is shown. */
export const recordStep = Effect.fnUntraced(
  function*(id: OperationId, key: string, backup: string | null = null) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`
      UPDATE tenant_operation
      SET results = results || jsonb_build_object(${key}::text, true), backup = coalesce(backup, ${backup})
      WHERE id = ${id}`
  }
)

export const noteProgress = Effect.fnUntraced(
  function*(id: OperationId, progress: { readonly done: number; readonly total: number }) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`UPDATE tenant_operation SET done = ${progress.done}, total = ${progress.total} WHERE id = ${id}`
  }
)

/** Adds what went wrong. */
export const noteProblems = Effect.fnUntraced(function*(id: OperationId, problems: ReadonlyArray<string>) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE tenant_operation SET problems = problems || ${storableJson(problems)}::jsonb
    WHERE id = ${id} AND finished_at IS NULL`
})

/** Lets it wait until the time, unless it does already. */
export const noteWaiting = Effect.fnUntraced(function*(id: OperationId, removeAt: DateTime.Utc) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    UPDATE tenant_operation
    SET status = 'waiting', remove_at = coalesce(remove_at, ${encodeInstant(removeAt)}::timestamptz)
    WHERE id = ${id} AND finished_at IS NULL AND NOT committed`
})
const encodeInstant = Schema.encodeSync(Schema.DateTimeUtcFromString)

/** From here on nothing of it is undone. */
export const commitOperation = Effect.fnUntraced(function*(id: OperationId) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE tenant_operation SET status = 'running', committed = true WHERE id = ${id}`
})

export const noteCancelled = Effect.fnUntraced(function*(id: OperationId) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE tenant_operation SET cancelled = true WHERE id = ${id}`
})

/** Ends it. Says whether it had not ended before. */
export const finishOperation = Effect.fnUntraced(
  function*(id: OperationId, status: Extract<OperationStatus, "succeeded" | "failed" | "cancelled">) {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql`
      UPDATE tenant_operation SET status = ${status}, finished_at = clock_timestamp()
      WHERE id = ${id} AND finished_at IS NULL RETURNING id`
    return rows.length > 0
  }
)

/** Adds lines to its history; null is the beginning of the step. */
export const insertLines = Effect.fnUntraced(
  function*(id: OperationId, step: string, events: ReadonlyArray<ProvisionEvent | null>) {
    if (events.length === 0) return
    const sql = yield* SqlClient.SqlClient
    const rows = events.map((event) => ({ event: event === null ? null : encodeEvent(event) }))
    yield* sql`
      INSERT INTO tenant_operation_line (operation, number, step, event)
      SELECT ${id}, last.number + row.ordinality, ${step}, nullif(row.value->'event', 'null'::jsonb)
      FROM jsonb_array_elements(${storableJson(rows)}::jsonb) WITH ORDINALITY AS row (value, ordinality), (
        SELECT coalesce(max(number), 0) AS number FROM tenant_operation_line WHERE operation = ${id}
      ) last`
  }
)
const encodeEvent = Schema.encodeSync(ProvisionEvent)

const LineRow = Schema.Struct({ ...OperationLine.fields, at: Schema.DateTimeUtcFromDate })
const decodeLines = Schema.decodeUnknownEffect(Schema.Array(LineRow))

/** Lines of its history after the number, oldest first. */
export const findLines = Effect.fnUntraced(function*(id: OperationId, after: number, limit: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT number, at, step, event FROM tenant_operation_line
    WHERE operation = ${id} AND number > ${after} ORDER BY number LIMIT ${limit}`
  return (yield* decodeLines(rows)).map((row) => new OperationLine(row))
})
