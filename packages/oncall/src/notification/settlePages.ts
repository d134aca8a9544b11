import { Actor, shownAddress } from "@innkeeper/platform/api"
import { Clock, Effect } from "effect"
import type { NewTimelineEntry } from "../alert/Ingest.ts"
import { goOnWithout } from "../escalation/goOnWithout.ts"
import { publishIncidentEvents } from "../incident/IncidentOutbox.ts"
import { timelineWrites } from "../incident/TimelineStore.ts"
import { type Delivery, outcomeWrites, recordedOf } from "./DeliveryStore.ts"
import type { Attempt } from "./Notification.ts"
import { pagesOf } from "./NotificationStore.ts"

/** What became of a page: by an attempt, or without one where its way is gone. */
export type Outcome =
  & {
    readonly delivery: Delivery
    readonly traceparent: string | null
    /** It may be written down: that was tried before, and the answer may have been lost. */
    readonly again?: boolean
  }
  & (
    | { readonly attempt: typeof Attempt.Encoded; readonly status: "pending" | "sent" | "failed" }
    | { readonly attempt: null; readonly status: "cancelled" }
  )

const sender = new Actor({ kind: "system", id: null, name: "Notifications" })

const lineOf = ({ attempt, delivery, status }: Outcome): NewTimelineEntry => {
  const where = `${delivery.kind} to ${delivery.userName} (${shownAddress(delivery)})`
  const text = attempt === null
    ? `Not sent: ${where}: the person or the contact method is gone`
    : status === "sent"
    ? `Delivered: ${where}`
    : status === "failed"
    ? `Failed for good: ${where}: ${attempt.answer}`
    : `Failed, trying again: ${where}: ${attempt.answer}`
  return {
    incidentId: delivery.incidentId,
    actor: sender,
    kind: status === "sent" ? "page-delivered" : "page-failed",
    text
  }
}

/**
 * Writes what became of pages of one tenant, in the transaction of the caller, and what follows where they were not sent. Returns
 * what is to be done when that is through: pages to hand over, and when next steps are due that were not before.
 */
export const settlePages = Effect.fnUntraced(function*(all: ReadonlyArray<Outcome>) {
  const isUnsent = ({ status }: Outcome) => status === "failed" || status === "cancelled"
  const before = yield* recordedOf(
    all.flatMap(({ again, attempt, delivery: { id } }) => again ? [{ id, attempt }] : [])
  )
  const outcomes = all.filter(({ delivery }) => !before.has(delivery.id))
  const unsent = outcomes.filter(isUnsent)
  const after = yield* goOnWithout(unsent.map(({ delivery }) => delivery))
  const told = outcomes.filter(({ attempt, delivery, status }) =>
    attempt === null ? after.ended.has(delivery.id) : status !== "pending" || attempt.number === 1
  )
  const writes = [
    ...after.writes,
    ...(yield* outcomeWrites(outcomes.map(({ attempt, delivery, status }) => ({ id: delivery.id, attempt, status })))),
    ...(yield* timelineWrites([...told.map(lineOf), ...after.lines]))
  ]
  yield* publishIncidentEvents(
    told.map(({ delivery }) => ({ type: "incident.updated", incidentId: delivery.incidentId, run: 0 })),
    { paged: after.paged, writes }
  )
  // What follows those that were written down before was written with them, and perhaps not handed over.
  const repeated = all.filter((outcome) => before.has(outcome.delivery.id) && isUnsent(outcome))
  const written = [...after.keys, ...yield* pagesOf(repeated.map(({ delivery }) => delivery))]
  const traces = new Map(all.filter(isUnsent).map(({ delivery, traceparent }) => [delivery.incidentId, traceparent]))
  return {
    written: written.map((page) => ({ page, traceparent: traces.get(page.incidentId) ?? null })),
    due: repeated.length > 0 ? yield* Clock.currentTimeMillis : after.due
  }
})
