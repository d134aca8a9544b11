import { Uuid } from "@innkeeper/config"
import { UserId } from "@innkeeper/platform/api"
import { Schema } from "effect"
import { IncidentId } from "../incident/Incident.ts"

export const NotificationId = Uuid.pipe(Schema.brand("NotificationId"))
export type NotificationId = typeof NotificationId.Type

/** One try at handing a page to a provider. */
export const Attempt = Schema.Struct({
  number: Schema.Int,
  at: Schema.DateTimeUtcFromString,
  outcome: Schema.Literals(["sent", "temporary-failure", "permanent-failure"]),
  /** The provider's own answer, shortened. */
  answer: Schema.String,
  /** Milliseconds that the provider took. */
  milliseconds: Schema.Int
})
export type Attempt = typeof Attempt.Type

/** One page to one contact method of one person. */
export class Notification extends Schema.Class<Notification>("oncall/Notification")({
  id: NotificationId,
  incidentId: IncidentId,
  userId: UserId,
  userName: Schema.String,
  kind: Schema.Literals(["email", "webhook"]),
  /** Of a webhook its origin alone (`shownAddress`). */
  address: Schema.String,
  /** `cancelled`: nobody needed it any more before it went out, or its person or contact method was gone. */
  status: Schema.Literals(["pending", "sent", "failed", "cancelled"]),
  attempts: Schema.Array(Attempt),
  createdAt: Schema.DateTimeUtcFromString,
  sentAt: Schema.NullOr(Schema.DateTimeUtcFromString)
}) {}
