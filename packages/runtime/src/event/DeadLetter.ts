import { TenantId, Uuid } from "@innkeeper/config"
import { Schema } from "effect"

export const DeadLetterId = Uuid.pipe(Schema.brand("DeadLetterId"))
export type DeadLetterId = typeof DeadLetterId.Type

/**
 * `dead`: nobody has dealt with it. `replaying`: its consumer gets it once more. `replayed`: the consumer has handled it.
 * `discarded`: somebody decided that it is not to be handled. The first two are unresolved and are kept for good.
 */
export const DeadLetterState = Schema.Literals(["dead", "replaying", "replayed", "discarded"])
export type DeadLetterState = typeof DeadLetterState.Type

/** An event that its consumer could not handle, and was put aside so that the others go on. */
export class DeadLetter extends Schema.Class<DeadLetter>("runtime/DeadLetter")({
  id: DeadLetterId,
  consumer: Schema.String,
  tenantId: TenantId,
  eventId: Schema.String,
  /** Type of the event, such as `incident.acknowledged`. */
  type: Schema.String,
  /** Id of what the event happened to. */
  subject: Schema.String,
  payload: Schema.Json,
  /** When the event happened. */
  happenedAt: Schema.DateTimeUtcFromString,
  /** What the last try failed with. */
  error: Schema.String,
  /** How often it was put aside. */
  failures: Schema.Int,
  /** When it was put aside last. */
  at: Schema.DateTimeUtcFromString,
  state: DeadLetterState,
  /** When it was replayed or discarded; it is deleted 30 days later. */
  settledAt: Schema.NullOr(Schema.DateTimeUtcFromString)
}) {}

/** There is no dead letter with this id. */
export class DeadLetterNotFound extends Schema.TaggedError<DeadLetterNotFound>()("DeadLetterNotFound", {
  id: DeadLetterId
}, { httpApiStatus: 404 }) {}

/** It has been replayed or discarded already; or it is to be replayed, and is being replayed. */
export class DeadLetterSettled extends Schema.TaggedError<DeadLetterSettled>()("DeadLetterSettled", {
  id: DeadLetterId,
  state: DeadLetterState
}, { httpApiStatus: 409 }) {}
