import { Uuid } from "@innkeeper/config"
import { Name, noNullCharacter, Text } from "@innkeeper/platform/api"
import { Schema } from "effect"
import { IntegrationId } from "../integration/Integration.ts"

export const AlertId = Uuid.pipe(Schema.brand("AlertId"))
export type AlertId = typeof AlertId.Type

/** How urgent, from most to least. */
export const Priority = Schema.Literals(["critical", "high", "medium", "low", "info"])
export type Priority = typeof Priority.Type

/** What people read at night: a text of blanks alone would be a page about nothing. */
export const notBlank = Schema.isPattern(/\S/, { expected: "a text that is not blank" })

/** Names two alerts the same: a second one with the same key joins the open incident of the first. */
export const DedupKey = Text(255).check(Schema.isMinLength(1))

const LabelName = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(200), noNullCharacter)

/** Characters of a label's value, at most. */
export const longestLabel = 4000

/** Labels whose values may be too long. At most 200; names up to 200 characters. */
export const LongLabels = Schema.Record(LabelName, Schema.String).check(Schema.isMaxProperties(200))

/** At most 200 labels; names up to 200 and values up to 4 000 characters. */
export const Labels = Schema.Record(LabelName, Text(longestLabel)).check(Schema.isMaxProperties(200))

/**
 * What every receiver decodes its sender's payload to.
 *
 * `trigger` opens an incident or joins the open one; `acknowledge` and `resolve` act on the open one and are
 * dropped quietly when there is none (PagerDuty Events API v2).
 */
export class InboundAlert extends Schema.Class<InboundAlert>("oncall/InboundAlert")({
  action: Schema.Literals(["trigger", "acknowledge", "resolve"]),
  dedupKey: DedupKey,
  summary: Text(1024).check(Schema.isMinLength(1)),
  priority: Priority,
  /** What the alert came from, such as a host or a monitor. */
  source: Text(1024),
  /** Names the service; see `Service.routingKey`. */
  routingKey: Schema.NullOr(Schema.String),
  details: Schema.NullOr(Text(50_000)),
  labels: Labels,
  links: Schema.Array(Schema.Struct({ href: Text(2000), text: Text(500) })).check(Schema.isMaxLength(50)),
  startsAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  /** The sender's own words, kept as they came. */
  payload: Schema.Json
}) {}

/** An alert as it was received. Never changed afterwards. */
export class Alert extends Schema.Class<Alert>("oncall/Alert")({
  id: AlertId,
  integrationId: Schema.NullOr(IntegrationId),
  integrationName: Schema.NullOr(Name),
  receivedAt: Schema.DateTimeUtcFromString,
  action: InboundAlert.fields.action,
  dedupKey: InboundAlert.fields.dedupKey,
  summary: InboundAlert.fields.summary,
  priority: Priority,
  source: InboundAlert.fields.source,
  details: InboundAlert.fields.details,
  labels: InboundAlert.fields.labels,
  links: InboundAlert.fields.links,
  startsAt: InboundAlert.fields.startsAt,
  payload: Schema.Json
}) {}
