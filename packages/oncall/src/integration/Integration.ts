import { Uuid } from "@innkeeper/config"
import { Name } from "@innkeeper/platform/api"
import { Schema } from "effect"
import { ServiceId } from "../service/Service.ts"

export const IntegrationId = Uuid.pipe(Schema.brand("IntegrationId"))
export type IntegrationId = typeof IntegrationId.Type

/** 32 characters of 0-9 and a-z: senders that speak PagerDuty check that length. */
export const IntegrationKey = Schema.String.check(
  Schema.isPattern(/^[0-9a-z]{32}$/, { expected: "32 characters of 0-9 and a-z" })
)

export const IntegrationKind = Schema.Literals(["generic", "alertmanager", "pagerduty", "opsgenie"])
export type IntegrationKind = typeof IntegrationKind.Type

/** A door through which a sender's alerts come in. */
export class Integration extends Schema.Class<Integration>("oncall/Integration")({
  id: IntegrationId,
  name: Name,
  kind: IntegrationKind,
  /** The service an alert belongs to when it names none that is known. */
  serviceId: ServiceId,
  /** The key; null for callers who may not configure. */
  key: Schema.NullOr(IntegrationKey),
  /** The address a sender posts to; null when `key` is. */
  url: Schema.NullOr(Schema.String),
  createdAt: Schema.DateTimeUtcFromString,
  lastAlertAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  revokedAt: Schema.NullOr(Schema.DateTimeUtcFromString)
}) {}

export const IntegrationInput = Schema.Struct({ name: Name, kind: IntegrationKind, serviceId: ServiceId })
