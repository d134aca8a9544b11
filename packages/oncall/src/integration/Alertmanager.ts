import { Text } from "@innkeeper/platform/api"
import { Option, Record, Schema } from "effect"
import { DedupKey, InboundAlert, longestLabel, LongLabels, type Priority } from "../alert/Alert.ts"
import { dedupKeyOf } from "./dedupKeyOf.ts"
import { parseInstant } from "./Generic.ts"

const Annotations = Schema.Record(Schema.String, Schema.String)

const GroupedAlert = Schema.Struct({
  status: Schema.Literals(["firing", "resolved"]),
  labels: LongLabels,
  annotations: Schema.optionalKey(Annotations),
  startsAt: Schema.optionalKey(Schema.String),
  generatorURL: Schema.optionalKey(Schema.String),
  fingerprint: Schema.optionalKey(DedupKey)
})

/**
 * Body of Alertmanager's `webhook_configs` (version 4) and of Grafana's webhook (version 1).
 *
 * Unknown keys are ignored, since newer versions add some. A group mixes firing and resolved alerts; what is not in
 * it says nothing (`truncatedAlerts`), so nothing absent is ever resolved.
 *
 * @see https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export const AlertmanagerWebhook = Schema.Struct({
  status: Schema.Literals(["firing", "resolved"]),
  receiver: Schema.optionalKey(Text(1000)),
  externalURL: Schema.optionalKey(Text(2000)),
  alerts: Schema.NonEmptyArray(GroupedAlert).check(Schema.isMaxLength(10_000))
})
export type AlertmanagerWebhook = typeof AlertmanagerWebhook.Type

const priorities: Record<string, Priority> = {
  critical: "critical",
  page: "critical",
  p1: "critical",
  error: "high",
  high: "high",
  p2: "high",
  warning: "medium",
  warn: "medium",
  medium: "medium",
  ticket: "medium",
  p3: "medium",
  low: "low",
  p4: "low",
  info: "info",
  none: "info",
  p5: "info"
}

/** Reads the customary `priority` and `severity` labels; an unknown word pages as `high`. */
const priorityOf = (labels: Readonly<Record<string, string>>): Priority =>
  Option.getOrElse(Record.get(priorities, (labels.priority ?? labels.severity ?? "").toLowerCase()), () => "high")

const escaped = (text: string) => text.replace(/[\\,=]/g, "\\$&")

/** Identity where a sender leaves the fingerprint out: all labels, in their order. */
const identityOf = (labels: Readonly<Record<string, string>>) =>
  dedupKeyOf(
    Object.keys(labels).toSorted().map((key) => `${escaped(key)}=${escaped(labels[key]!)}`).join(",") || "unlabelled"
  )

/** A value that is too long is cut: refused, it would take all alerts of its group along. `payload` keeps the whole. */
const shortened = (value: string) =>
  value.length > longestLabel ? `${value.slice(0, longestLabel - 1).toWellFormed()}…` : value

/** One inbound alert per alert of the group; `payloads` are the group's alerts as they came, in the same order. */
export const fromAlertmanager = (
  body: AlertmanagerWebhook,
  payloads: ReadonlyArray<Schema.Json>
): ReadonlyArray<InboundAlert> =>
  body.alerts.map((alert, index) => {
    const annotations = alert.annotations ?? {}
    const name = alert.labels.alertname?.trim() || "Alert"
    const summary = [annotations.summary, annotations.message, annotations.title].find((text) => text?.trim()) ?? name
    const links = [
      ["Source", alert.generatorURL],
      ["Alertmanager", body.externalURL],
      ["Runbook", annotations.runbook_url],
      ["Dashboard", annotations.dashboard_url]
    ] as const
    return new InboundAlert({
      action: alert.status === "firing" ? "trigger" : "resolve",
      dedupKey: alert.fingerprint ?? identityOf(alert.labels),
      summary: summary.slice(0, 1024).toWellFormed(),
      priority: priorityOf(alert.labels),
      source: (alert.labels.instance ?? alert.labels.job ?? name).slice(0, 1024).toWellFormed(),
      routingKey: alert.labels.service ?? null,
      details: (annotations.description ?? annotations.details)?.slice(0, 50_000).toWellFormed() ?? null,
      labels: Record.map(alert.labels, shortened),
      links: links.flatMap(([text, href]) => href && href.length <= 2000 ? [{ text, href }] : []),
      startsAt: alert.startsAt === undefined ? null : parseInstant(alert.startsAt),
      payload: payloads[index] ?? null
    })
  })
