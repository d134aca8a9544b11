import { DateTime, Order, type Schema } from "effect"
import { type EncodedExit, reasonText } from "./EncodedReply.ts"
import { madeAt, parseReply } from "./readRun.ts"
import { redactByName } from "./redact.ts"
import { statePrefix } from "./RunState.ts"
import {
  ActivityEntry,
  CancelEntry,
  ChildEntry,
  type HistoryEntry,
  SignalEntry,
  StateEntry,
  TimerEntry,
  type WorkflowRun
} from "./WorkflowRun.ts"

/** A message that a run was sent, with its reply, as the cluster stores them. */
export interface HistoryRow {
  readonly messageId: string
  /** The run itself, or the clock that wakes it. */
  readonly clock: boolean
  readonly tag: string
  readonly payload: string
  readonly held: boolean
  readonly replyId: string | null
  readonly reply: string | null
}

/** Name of the deferred by which the engine cancels a run. */
export const cancelSignal = "Workflow/InterruptSignal"

const clockPrefix = "DurableClock/"

/** Names of the activities in which `sleep` records when it ends begin so. */
const sleepPrefix = "sleep/"

interface ActivityPayload {
  readonly name: string
  readonly attempt: number
}

interface DeferredPayload {
  readonly name: string
  readonly exit: EncodedExit
}

interface ClockPayload {
  readonly name: string
  readonly wakeUp: number
}

const endedAt = ({ replyId }: HistoryRow) => replyId === null ? null : madeAt(replyId)

const readActivity = (row: HistoryRow, now: DateTime.Utc): HistoryEntry => {
  const { attempt, name }: ActivityPayload = JSON.parse(row.payload)
  const reply = parseReply(row.reply)
  const begun = { at: madeAt(row.messageId), name, attempt }
  if (reply === undefined) {
    const outcome = row.held ? "held" : "running"
    return new ActivityEntry({ ...begun, endedAt: null, outcome, output: null, reason: null })
  }
  const exit = reply._tag === "Failure" ? reply : reply.value._tag === "Complete" ? reply.value.exit : undefined
  if (exit === undefined) {
    return new ActivityEntry({ ...begun, endedAt: null, outcome: "waiting", output: null, reason: null })
  }
  const done = { ...begun, endedAt: endedAt(row) }
  if (exit._tag === "Failure") {
    const reason = reasonText(exit.cause, redactByName)
    return new ActivityEntry({ ...done, outcome: "failed", output: null, reason })
  }
  const value = redactByName(exit.value ?? null)
  if (name.startsWith(sleepPrefix) && typeof value === "number") {
    const dueAt = DateTime.makeUnsafe(value)
    const over = DateTime.isLessThanOrEqualTo(dueAt, now)
    return new TimerEntry({ at: begun.at, name: name.slice(sleepPrefix.length), endedAt: over ? dueAt : null, dueAt })
  }
  return name.startsWith(statePrefix)
    ? new StateEntry({ at: begun.at, name: name.slice(statePrefix.length), value })
    : new ActivityEntry({ ...done, outcome: "succeeded", output: value, reason: null })
}

const signalValue = (exit: EncodedExit): Schema.Json =>
  redactByName(exit._tag === "Success" ? exit.value ?? null : { failed: reasonText(exit.cause, redactByName) })

const readDeferred = (row: HistoryRow, timers: ReadonlySet<string>): ReadonlyArray<HistoryEntry> => {
  const { exit, name }: DeferredPayload = JSON.parse(row.payload)
  const at = madeAt(row.messageId)
  if (name === cancelSignal) return [new CancelEntry({ at })]
  if (!name.startsWith(clockPrefix)) return [new SignalEntry({ at, name, value: signalValue(exit) })]
  // A cancelled run has no clocks left; that one rang is what remains of it.
  const timer = name.slice(clockPrefix.length)
  return timers.has(timer) ? [] : [new TimerEntry({ at, name: timer, endedAt: at, dueAt: at })]
}

const readTimer = (row: HistoryRow): HistoryEntry => {
  const { name, wakeUp }: ClockPayload = JSON.parse(row.payload)
  return new TimerEntry({ at: madeAt(row.messageId), name, endedAt: endedAt(row), dueAt: DateTime.makeUnsafe(wakeUp) })
}

const readChild = ({ finishedAt, id, startedAt, status, workflow }: WorkflowRun): HistoryEntry =>
  new ChildEntry({ at: startedAt, name: workflow, endedAt: finishedAt, id, status })

const byTime = Order.mapInput(DateTime.Order, ({ at }: HistoryEntry) => at)

/** All that happened in a run, oldest first. */
export const readHistory = (
  rows: ReadonlyArray<HistoryRow>,
  children: ReadonlyArray<WorkflowRun>,
  now: DateTime.Utc
): ReadonlyArray<HistoryEntry> => {
  const clocks = rows.filter(({ clock }) => clock).map(readTimer)
  const timers = new Set(clocks.flatMap((entry) => entry._tag === "Timer" ? [entry.name] : []))
  const own = rows.filter(({ clock }) => !clock).flatMap((row) =>
    row.tag === "activity" ? [readActivity(row, now)] : row.tag === "deferred" ? readDeferred(row, timers) : []
  )
  return [...clocks, ...own, ...children.map(readChild)].sort(byTime)
}
