import { Text } from "@innkeeper/platform/api"
import { Schema } from "effect"
import { DedupKey, InboundAlert, notBlank, type Priority } from "../alert/Alert.ts"
import { parseInstant } from "./Generic.ts"

const Severity = Schema.Literals(["critical", "error", "warning", "info"])

const Payload = Schema.Struct({
  summary: Schema.String.check(notBlank),
  source: Schema.NonEmptyString,
  severity: Severity,
  timestamp: Schema.optionalKey(Schema.NullOr(Schema.String)),
  component: Schema.optionalKey(Schema.NullOr(Schema.String)),
  group: Schema.optionalKey(Schema.NullOr(Schema.String)),
  class: Schema.optionalKey(Schema.NullOr(Schema.String)),
  custom_details: Schema.optionalKey(Schema.Json)
})

const Link = Schema.Struct({ href: Schema.String, text: Schema.optionalKey(Schema.NullOr(Schema.String)) })

const routing_key = Schema.String

/** A trigger's own key: without one, or with an empty one, it gets one. */
const dedup_key = Schema.optionalKey(Schema.NullOr(Schema.Union([DedupKey, Schema.Literal("")])))

/** What tells one kind of event from another: of an event without it, nothing else can be judged. */
export const PagerDutyAction = Schema.Struct({
  event_action: Schema.Literals(["trigger", "acknowledge", "resolve"])
})

/**
 * Body of `POST /v2/enqueue`, PagerDuty Events API v2. Unknown keys are ignored, as PagerDuty does.
 *
 * @see https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
 */
export const PagerDutyEvent = Schema.Union([
  Schema.Struct({
    event_action: Schema.tag("trigger"),
    routing_key,
    dedup_key,
    payload: Payload,
    client: Schema.optionalKey(Schema.NullOr(Schema.String)),
    client_url: Schema.optionalKey(Schema.NullOr(Schema.String)),
    links: Schema.optionalKey(Schema.NullOr(Schema.Array(Link)))
  }),
  Schema.Struct({ event_action: Schema.tag("acknowledge"), routing_key, dedup_key: DedupKey }),
  Schema.Struct({ event_action: Schema.tag("resolve"), routing_key, dedup_key: DedupKey })
])
export type PagerDutyEvent = typeof PagerDutyEvent.Type

/** Body of `POST /v2/change/enqueue`. */
export const PagerDutyChange = Schema.Struct({
  routing_key,
  payload: Schema.Struct({ summary: Schema.NonEmptyString, source: Schema.optionalKey(Text(1024)) })
})

const priorityOf: Record<typeof Severity.Type, Priority> = {
  critical: "critical",
  error: "high",
  warning: "medium",
  info: "info"
}

const labelsOf = (payload: typeof Payload.Type): Record<string, string> =>
  Object.fromEntries(
    [["component", payload.component], ["group", payload.group], ["class", payload.class]]
      .flatMap(([key, value]) => key && value ? [[key, value.slice(0, 4000).toWellFormed()]] : [])
  )

const isBlank = (detail: Schema.Json | undefined): boolean =>
  typeof detail === "string"
    ? detail.trim() === ""
    : typeof detail === "object" && detail !== null
    ? Object.values(detail).every(isBlank)
    : detail === undefined || detail === null

const textOf = (detail: Schema.Json) => typeof detail === "string" ? detail : JSON.stringify(detail, null, 2)

/** Custom details as text: those of an object one below the other, without the blank ones; what is nested is JSON. */
const detailsOf = (details: Schema.Json | undefined): string | null => {
  if (details === undefined || isBlank(details)) return null
  if (typeof details !== "object" || details === null || Array.isArray(details)) return textOf(details)
  return Object.entries(details)
    .flatMap(([key, value]) => isBlank(value) ? [] : [`${key}: ${textOf(value)}`])
    .join("\n")
}

/**
 * The alert that an event means. `dedupKey` is the event's own, or the one made for a trigger that has none.
 * What is too long is shortened, never refused: a page matters more than its wording, and `payload` keeps the whole.
 */
export const fromPagerDuty = (event: PagerDutyEvent, dedupKey: string, payload: Schema.Json): InboundAlert => {
  if (event.event_action !== "trigger") {
    return new InboundAlert({
      action: event.event_action,
      dedupKey,
      summary: event.event_action === "acknowledge" ? "Acknowledged by the sender" : "Resolved by the sender",
      priority: "info",
      source: "",
      routingKey: null,
      details: null,
      labels: {},
      links: [],
      startsAt: null,
      payload
    })
  }
  const links = [
    ...(event.client_url ? [{ href: event.client_url, text: event.client ?? event.client_url }] : []),
    ...(event.links ?? []).map((link) => ({ href: link.href, text: link.text ?? link.href }))
  ]
  return new InboundAlert({
    action: "trigger",
    dedupKey,
    summary: event.payload.summary.slice(0, 1024).toWellFormed(),
    priority: priorityOf[event.payload.severity],
    source: event.payload.source.slice(0, 1024).toWellFormed(),
    routingKey: null,
    details: detailsOf(event.payload.custom_details)?.slice(0, 50_000).toWellFormed() ?? null,
    labels: labelsOf(event.payload),
    links: links.slice(0, 50).flatMap(({ href, text }) =>
      href.length <= 2000 ? [{ href, text: text.slice(0, 500).toWellFormed() }] : []
    ),
    startsAt: event.payload.timestamp ? parseInstant(event.payload.timestamp) : null,
    payload
  })
}
