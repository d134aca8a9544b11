import { beginningWith, containing } from "@innkeeper/database"
import { Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { EncodedReply } from "./EncodedReply.ts"
import { heldMark } from "./HeldMessageStore.ts"
import type { HistoryRow } from "./readHistory.ts"
import { parentField, type RunRow } from "./readRun.ts"
import { cancelledReply, failedReply, runMessage, runWords, succeededReply, suspendedReply } from "./RunRow.ts"
import type { RunSearch, WorkflowStatus } from "./WorkflowRun.ts"

const entityPrefix = "Workflow/"
const clockEntity = `${entityPrefix}-/DurableClock`

/** At most so many messages are shown of one run. */
const historyLimit = 2000

const held = `message.last_read = '${heldMark}'::timestamp AND NOT message.processed`

/** Ids of runs of which something is held. */
const heldRuns = `
  SELECT other.entity_type, other.entity_id FROM cluster_messages other
  WHERE other.last_read = '${heldMark}'::timestamp AND NOT other.processed`

const withStatus: Readonly<Record<WorkflowStatus, string>> = {
  "running": `NOT message.processed AND message.last_read IS DISTINCT FROM '${heldMark}'::timestamp
    AND (message.entity_type, message.entity_id) NOT IN (${heldRuns})`,
  "suspended": `${suspendedReply("reply.")} AND (message.entity_type, message.entity_id) NOT IN (${heldRuns})`,
  "waiting-for-version": `(message.entity_type, message.entity_id) IN (${heldRuns})
    AND (reply.id IS NULL OR ${suspendedReply("reply.")})`,
  "succeeded": succeededReply("reply."),
  "failed": `${failedReply("reply.")} AND NOT ${cancelledReply("reply.")}`,
  "cancelled": `${failedReply("reply.")} AND ${cancelledReply("reply.")}`
}

/** Runs whose stored input has `part` in it, beginning with a word. The words find candidates by an index. */
const inputHas = (sql: SqlClient.SqlClient, part: string) => {
  const words = part.toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== "")
  const pattern = containing(part)
  return sql.and([
    ...(words.length === 0 ? [] : [
      sql`${sql.literal(runWords("message."))} @@ to_tsquery('simple', ${`${words.join(" & ")}:*`})`
    ]),
    sql`message.payload ILIKE ${pattern}`
  ])
}

const runColumns = `
  message.id::text AS "messageId", substr(message.entity_type, ${entityPrefix.length + 1}) AS workflow,
  message.entity_id AS "executionId", message.payload,
  (${held} OR EXISTS (
    SELECT FROM cluster_messages other WHERE other.entity_type = message.entity_type
      AND other.entity_id = message.entity_id AND other.last_read = '${heldMark}'::timestamp AND NOT other.processed
  )) AS held,
  reply.id::text AS "replyId", reply.payload AS reply
  FROM cluster_messages message LEFT JOIN cluster_replies reply ON reply.request_id = message.id AND reply.kind = 0`

/** Runs, newest first, as a statement. Of `text` it decides by what is stored, so also by what is shown to nobody. */
export const selectRuns = (sql: SqlClient.SqlClient, search: RunSearch) => {
  const { after, limit, status, tenantId, text, workflow } = search
  return sql<RunRow>`
    SELECT ${sql.literal(runColumns)}
    WHERE ${
    sql.and([
      sql.literal(runMessage("message.")),
      ...(workflow === undefined ? [] : [sql`message.entity_type = ${entityPrefix + workflow}`]),
      ...(status === undefined ? [] : [sql.literal(withStatus[status])]),
      ...(tenantId === undefined ? [] : [inputHas(sql, `"tenantId":"${tenantId}"`)]),
      ...(text === undefined ? [] : [
        sql.or([inputHas(sql, JSON.stringify(text).slice(1, -1)), sql`message.entity_id = ${text}`])
      ]),
      ...(after === undefined ? [] : [sql`message.id < ${after}::bigint`])
    ])
  }
    ORDER BY message.id DESC LIMIT ${limit}`
}

/** Runs, newest first; see `selectRuns`. */
export const searchRuns = (search: RunSearch) => Effect.flatMap(SqlClient.SqlClient, (sql) => selectRuns(sql, search))

/** The run with this execution id. */
export const findRun = Effect.fnUntraced(function*(executionId: string) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<RunRow>`
    SELECT ${sql.literal(runColumns)}
    WHERE ${sql.literal(runMessage("message."))} AND message.entity_id = ${executionId}
    ORDER BY message.id LIMIT 1`
  return row
})

/** The runs that try a run again, oldest first. */
export const findRetries = Effect.fnUntraced(function*(workflow: string, firstExecutionId: string) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<RunRow>`
    SELECT ${sql.literal(runColumns)}
    WHERE ${sql.literal(runMessage("message."))} AND message.entity_type = ${entityPrefix + workflow}
      AND message.entity_id LIKE ${beginningWith(`${firstExecutionId}~`)}
    ORDER BY message.id`
})

const decodeParent = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Struct({
  [parentField]: Schema.Struct({
    workflowName: Schema.String,
    executionId: Schema.String,
    detached: Schema.optional(Schema.Boolean)
  })
})))

/** The run that started this one and has not let go of it. */
export const parentOf = Effect.fnUntraced(function*(workflow: string, executionId: string) {
  const row = yield* findRun(executionId)
  return Option.flatMap(
    row === undefined || row.workflow !== workflow ? Option.none() : decodeParent(row.payload),
    ({ [parentField]: { detached, workflowName, ...parent } }) =>
      detached === true ? Option.none() : Option.some({ workflow: workflowName, executionId: parent.executionId })
  )
})

/** The runs that a run started. */
export const findChildren = Effect.fnUntraced(function*(executionId: string) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<RunRow>`
    SELECT ${sql.literal(runColumns)}
    WHERE ${sql.literal(runMessage("message."))}
      AND ${inputHas(sql, `"executionId":${JSON.stringify(executionId)}`)}
    ORDER BY message.id LIMIT ${historyLimit}`
})

/** All that a run was sent, oldest first. */
export const messagesOfRun = Effect.fnUntraced(function*(workflow: string, executionId: string) {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<HistoryRow>`
    SELECT message.id::text AS "messageId", message.entity_type = ${clockEntity} AS clock, message.tag, message.payload,
      ${sql.literal(held)} AS held, reply.id::text AS "replyId", reply.payload AS reply
    FROM cluster_messages message
    LEFT JOIN cluster_replies reply ON reply.request_id = message.id AND reply.kind = 0
    WHERE message.entity_type IN (${entityPrefix + workflow}, ${clockEntity}) AND message.entity_id = ${executionId}
      AND message.kind = 0 AND (message.tag <> 'run' OR message.entity_type = ${clockEntity})
    ORDER BY message.id LIMIT ${historyLimit}`
})

/** What the last activity whose name begins with `prefix` gave; undefined when none has ended. */
export const lastState = Effect.fnUntraced(function*(options: {
  readonly workflow: string
  readonly executionId: string
  readonly prefix: string
}) {
  const sql = yield* SqlClient.SqlClient
  const { executionId, prefix, workflow } = options
  const [row] = yield* sql<{ readonly reply: string }>`
    SELECT reply.payload AS reply
    FROM cluster_messages message
    JOIN cluster_replies reply ON reply.request_id = message.id AND reply.kind = 0
    WHERE message.entity_type = ${entityPrefix + workflow} AND message.entity_id = ${executionId}
      AND message.tag = 'activity' AND starts_with(message.payload::json->>'name', ${prefix})
      AND ${sql.literal(succeededReply("reply."))}
    ORDER BY message.id DESC LIMIT 1`
  if (row === undefined) return undefined
  const reply: EncodedReply = JSON.parse(row.reply)
  const state: Schema.Json | undefined =
    reply._tag === "Success" && reply.value._tag === "Complete" && reply.value.exit._tag === "Success"
      ? reply.value.exit.value ?? null
      : undefined
  return state
})

/** Names of the workflows that have runs. Leaps from name to name in the index. */
export const workflowNames = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const run = sql.literal(runMessage("message."))
  const rows = yield* sql<{ readonly name: string }>`
    WITH RECURSIVE type AS (
      (SELECT message.entity_type AS name FROM cluster_messages message WHERE ${run} ORDER BY message.entity_type LIMIT 1)
      UNION ALL
      SELECT (
        SELECT message.entity_type FROM cluster_messages message
        WHERE ${run} AND message.entity_type > type.name ORDER BY message.entity_type LIMIT 1
      ) FROM type WHERE type.name IS NOT NULL
    )
    SELECT substr(name, ${entityPrefix.length + 1}::int) AS name FROM type WHERE name IS NOT NULL`
  return rows.map(({ name }) => name)
})
