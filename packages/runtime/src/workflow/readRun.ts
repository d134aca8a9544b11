import { TenantId } from "@innkeeper/config"
import { type DateTime, Option, Schema } from "effect"
import { Snowflake } from "effect/cluster"
import type { Workflow } from "effect/workflow"
import { type EncodedReply, isCancelled, reasonText } from "./EncodedReply.ts"
import { redactByName, redactBySchema } from "./redact.ts"
import { WorkflowRun, WorkflowRunRef, type WorkflowStatus } from "./WorkflowRun.ts"

/** A run's message with its reply, as the cluster stores them. */
export interface RunRow {
  readonly messageId: string
  readonly workflow: string
  readonly executionId: string
  readonly payload: string
  /** Something of it waits for a version to come. */
  readonly held: boolean
  readonly replyId: string | null
  readonly reply: string | null
}

/** Where the engine keeps who started a run. */
export const parentField = "~effect/cluster/ClusterWorkflowEngine/payloadParentKey"

/** When a message or reply with this id was made. */
export const madeAt = (id: string): DateTime.Utc => Snowflake.dateTime(Snowflake.Snowflake(id))

const retryMark = "~"

/** Id of the `attempt`-th try of a run, from 2. */
export const retryId = (first: string, attempt: number) => `${first}${retryMark}${attempt}`

/** The first run of a chain of tries, and which of them this is. */
export const tryOf = (executionId: string): { readonly first: string; readonly attempt: number } => {
  const at = executionId.lastIndexOf(retryMark)
  const attempt = at < 0 ? Number.NaN : Number(executionId.slice(at + 1))
  return Number.isSafeInteger(attempt) && attempt > 1
    ? { first: executionId.slice(0, at), attempt }
    : { first: executionId, attempt: 1 }
}

const previousTry = (executionId: string) => {
  const { attempt, first } = tryOf(executionId)
  return attempt === 1 ? null : attempt === 2 ? first : retryId(first, attempt - 1)
}

/** Reads what the engine stored, which is JSON always. */
export const parseReply = (text: string | null): EncodedReply | undefined =>
  text === null ? undefined : JSON.parse(text)

const isTenantId = Schema.is(TenantId)
const isRef = Schema.is(Schema.Struct({ workflowName: Schema.String, executionId: Schema.String }))

const heldText = "No server that saw it knows this version of the workflow"

const outcomeOf = (
  reply: EncodedReply | undefined,
  held: boolean,
  definition: Workflow.Any | undefined
): {
  readonly status: WorkflowStatus
  readonly output?: Schema.Json
  readonly reason?: string
} => {
  const errors = (value: Schema.Json) =>
    redactByName(definition === undefined ? value : redactBySchema(definition.errorSchema.ast, value))
  if (reply?._tag === "Failure") return { status: "failed", reason: reasonText(reply.cause, errors) }
  if (reply?.value._tag === "Complete") {
    const { exit } = reply.value
    if (exit._tag === "Failure") {
      return { status: isCancelled(exit.cause) ? "cancelled" : "failed", reason: reasonText(exit.cause, errors) }
    }
    const value = exit.value ?? null
    const known = definition === undefined ? value : redactBySchema(definition.successSchema.ast, value)
    return { status: "succeeded", output: redactByName(known) }
  }
  if (held) return { status: "waiting-for-version", reason: heldText }
  if (reply === undefined) return { status: "running" }
  const { cause, failed } = reply.value
  return {
    status: "suspended",
    ...(failed === true && cause !== undefined && { reason: reasonText(cause, errors) })
  }
}

/** What a row says of a run. `definition` tells which fields are secret, where this pod knows the workflow. */
export const readRun = (row: RunRow, definition: Workflow.Any | undefined): WorkflowRun => {
  const { [parentField]: parent, ...stored }: Schema.JsonObject = JSON.parse(row.payload)
  const { output = null, reason = null, status } = outcomeOf(parseReply(row.reply), row.held, definition)
  const known = definition === undefined ? stored : redactBySchema(definition.payloadSchema.ast, stored)
  const ended = status === "succeeded" || status === "failed" || status === "cancelled"
  return new WorkflowRun({
    id: row.executionId,
    workflow: row.workflow,
    tenantId: Option.getOrNull(Option.liftPredicate(isTenantId)(stored["tenantId"])),
    status,
    startedAt: madeAt(row.messageId),
    finishedAt: ended && row.replyId !== null ? madeAt(row.replyId) : null,
    input: redactByName(known),
    output,
    reason,
    parent: isRef(parent) ? new WorkflowRunRef({ workflow: parent.workflowName, id: parent.executionId }) : null,
    retryOf: previousTry(row.executionId)
  })
}
