import { Instant, noNullCharacter, Text } from "@innkeeper/platform/api"
import { DateTime, Option, Schema } from "effect"
import { DedupKey, InboundAlert, Labels, notBlank, Priority } from "../alert/Alert.ts"

/** Body of `POST /in/{key}`. Only `summary` is needed; unknown keys are refused, so that a typing error shows. */
export const GenericAlert = Schema.Struct({
  /** What is wrong, in one line. */
  summary: Text(1024).check(notBlank),
  action: Schema.optionalKey(Schema.Literals(["trigger", "acknowledge", "resolve"])),
  /** Alerts with the same key belong to one incident. Left out: the summary. */
  dedupKey: Schema.optionalKey(DedupKey),
  priority: Schema.optionalKey(Priority),
  source: Schema.optionalKey(Text(1024)),
  /** The service's routing key. Left out: the integration's service. */
  service: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(80), noNullCharacter)),
  details: Schema.optionalKey(Text(50_000)),
  labels: Schema.optionalKey(Labels),
  links: Schema.optionalKey(InboundAlert.fields.links),
  startsAt: Schema.optionalKey(Instant)
})
export type GenericAlert = typeof GenericAlert.Type

/** The alert that a generic body means. */
export const fromGeneric = (body: GenericAlert, payload: Schema.Json): InboundAlert =>
  new InboundAlert({
    action: body.action ?? "trigger",
    dedupKey: body.dedupKey ?? body.summary.slice(0, 255).toWellFormed(),
    summary: body.summary,
    priority: body.priority ?? "high",
    source: body.source ?? "",
    routingKey: body.service ?? null,
    details: body.details ?? null,
    labels: body.labels ?? {},
    links: body.links ?? [],
    startsAt: body.startsAt ?? null,
    payload
  })

/**
 * Instants as senders write them: also `+0000` without a colon (PagerDuty's own samples). Null when it is none, or
 * stands for "not set" (Alertmanager's year 1).
 */
export const parseInstant = (text: string): DateTime.Utc | null =>
  DateTime.make(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2")).pipe(
    Option.map(DateTime.toUtc),
    Option.filter(Schema.is(Instant)),
    Option.getOrNull
  )
