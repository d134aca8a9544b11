import { Outbox } from "@innkeeper/runtime"
import { Effect } from "effect"
import type { IncidentEvent } from "./IncidentEvents.ts"

/** Announces incident events with the transaction they belong to. */
export const publishIncidentEvents = Effect.fnUntraced(function*(events: ReadonlyArray<IncidentEvent>) {
  const outbox = yield* Outbox
  yield* outbox.publishAll(
    events.map(({ incidentId, run, traceparent, type }) => ({
      type,
      subject: incidentId,
      payload: { run },
      ...(traceparent === undefined ? {} : { traceparent })
    }))
  )
})
