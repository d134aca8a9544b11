import { Schema } from "effect"
import { InboundAlert, notBlank, type Priority } from "../alert/Alert.ts"

const OpsgeniePriority = Schema.Literals(["P1", "P2", "P3", "P4", "P5"])

const text = Schema.optionalKey(Schema.NullOr(Schema.String))

const Responder = Schema.Struct({ type: text, id: text, name: text, username: text })

/**
 * Body of `POST /v2/alerts`, Opsgenie's Alert API. Unknown keys are ignored.
 *
 * @see https://docs.opsgenie.com/docs/alert-api#create-alert
 */
export const OpsgenieAlert = Schema.Struct({
  message: Schema.String.check(notBlank),
  alias: text,
  description: text,
  responders: Schema.optionalKey(Schema.NullOr(Schema.Array(Responder))),
  tags: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String))),
  details: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.Json))),
  entity: text,
  source: text,
  priority: Schema.optionalKey(Schema.NullOr(OpsgeniePriority)),
  user: text,
  note: text
})
export type OpsgenieAlert = typeof OpsgenieAlert.Type

/** Body of what is done to an alert: `…/acknowledge` and `…/close`. */
export const OpsgenieAction = Schema.Struct({ user: text, source: text, note: text })
export type OpsgenieAction = typeof OpsgenieAction.Type

/** Body of `…/notes`. */
export const OpsgenieNote = Schema.Struct({ ...OpsgenieAction.fields, note: Schema.NonEmptyString })
export type OpsgenieNote = typeof OpsgenieNote.Type

/** What `identifier` in a path is; the alert's id where nothing is said. */
export const IdentifierType = Schema.Literals(["id", "alias", "tiny"])
export type IdentifierType = typeof IdentifierType.Type

const priorityOf: Record<typeof OpsgeniePriority.Type, Priority> = {
  P1: "critical",
  P2: "high",
  P3: "medium",
  P4: "low",
  P5: "info"
}

const cut = (value: string, length: number) => value.slice(0, length).toWellFormed()

const textOf = (value: Schema.Json) => typeof value === "string" ? value : JSON.stringify(value)

const labelsOf = ({ details, entity, responders, tags }: OpsgenieAlert): Record<string, string> => {
  const named = (responders ?? []).flatMap(({ id, name, type, username }) => {
    const who = name ?? username ?? id
    return who ? [type ? `${who} (${type})` : who] : []
  })
  const own: ReadonlyArray<readonly [string, string]> = [
    ["entity", entity ?? ""],
    ["tags", (tags ?? []).join(", ")],
    ["responders", named.join(", ")]
  ]
  const given = Object.entries(details ?? {}).map(([key, value]) => [cut(key, 200), textOf(value)] as const)
  return Object.fromEntries(
    [...own, ...given]
      .filter(([key, value]) => key !== "" && value !== "")
      .slice(0, 200)
      .map(([key, value]) => [key, cut(value, 4000)])
  )
}

/**
 * The alert that a body means. `dedupKey` is that of the body's alias, or one made for an alert that has none. What is too
 * long is shortened, never refused: a page matters more than its wording, and `payload` keeps the whole.
 */
export const fromOpsgenie = (body: OpsgenieAlert, dedupKey: string, payload: Schema.Json): InboundAlert => {
  const details = [body.description, body.note].filter(Boolean).join("\n\n")
  return new InboundAlert({
    action: "trigger",
    dedupKey,
    summary: cut(body.message, 1024),
    priority: priorityOf[body.priority ?? "P3"],
    source: cut(body.source || body.user || "", 1024),
    routingKey: null,
    details: details === "" ? null : cut(details, 50_000),
    labels: labelsOf(body),
    links: [],
    startsAt: null,
    payload
  })
}

const doneBy = ({ source, user }: OpsgenieAction) => user || source || "the sender"

/** What closing or acknowledging means for the alert with that key. */
export const fromOpsgenieAction = (
  action: "acknowledge" | "resolve",
  body: OpsgenieAction,
  dedupKey: string,
  payload: Schema.Json
): InboundAlert => {
  const done = `${action === "resolve" ? "Closed" : "Acknowledged"} by ${doneBy(body)}`
  return new InboundAlert({
    action,
    dedupKey,
    summary: cut(body.note ? `${done}: ${body.note}` : done, 1024),
    priority: "info",
    source: cut(body.source ?? "", 1024),
    routingKey: null,
    details: null,
    labels: {},
    links: [],
    startsAt: null,
    payload
  })
}

/** The line of a timeline that a note becomes. */
export const noteText = (body: OpsgenieNote): string =>
  cut(body.user ? `${body.note}\n\n${body.user}` : body.note, 20_000)
