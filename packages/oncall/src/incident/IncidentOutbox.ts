import type { UserId } from "@innkeeper/platform/api"
import { Outbox } from "@innkeeper/runtime"
import { Effect } from "effect"
import type { Statement } from "effect/sql"
import type { IncidentId } from "./Incident.ts"
import type { IncidentEvent } from "./IncidentEvents.ts"

/** Somebody is paged for an incident: told to that person's open pages alone. */
export interface Paged {
  readonly incidentId: IncidentId
  readonly userId: UserId
}

/**
 * Announces incident events, and to those who are paged that they are, with the transaction they belong to. `writes` go to the
 * database in the same statement; see `Outbox`.
 */
export const publishIncidentEvents = Effect.fnUntraced(function*(
  events: ReadonlyArray<IncidentEvent>,
  { paged = [], writes = [] }: {
    readonly paged?: ReadonlyArray<Paged>
    readonly writes?: ReadonlyArray<Statement.Fragment>
  } = {}
) {
  const outbox = yield* Outbox
  yield* outbox.publishAll([
    ...paged.map(({ incidentId, userId }) => ({
      type: "page.written",
      subject: incidentId,
      payload: null,
      recipient: userId
    })),
    ...events.map(({ incidentId, run, traceparent, type }) => ({
      type,
      subject: incidentId,
      payload: { run },
      ...(traceparent === undefined ? {} : { traceparent })
    }))
  ], writes)
})
