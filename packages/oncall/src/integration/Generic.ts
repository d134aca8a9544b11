import { Instant } from "@innkeeper/platform/api"
import { DateTime, Option, Schema } from "effect"
import { InboundAlert } from "../alert/Alert.ts"
import { dedupKeyOf } from "./dedupKeyOf.ts"
import type { GenericAlert } from "./GenericAlert.ts"

/** The alert that a generic body means. */
export const fromGeneric = (body: GenericAlert, payload: Schema.Json): InboundAlert =>
  new InboundAlert({
    action: body.action ?? "trigger",
    dedupKey: body.dedupKey ?? dedupKeyOf(body.summary),
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
