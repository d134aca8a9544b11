import type { IntegrationKey, IntegrationKind } from "@innkeeper/oncall/api"

/** An integration whose key is known. */
export interface Door {
  readonly kind: IntegrationKind
  readonly key: typeof IntegrationKey.Type
  /** What a sender posts to. */
  readonly url: string
}

export const kindNames: Record<IntegrationKind, string> = {
  generic: "Any tool (JSON)",
  alertmanager: "Prometheus Alertmanager",
  pagerduty: "PagerDuty Events API v2",
  opsgenie: "Opsgenie Alert API"
}

const summary = "Test alert: is somebody there?"

const triggers: Record<IntegrationKind, (key: string) => unknown> = {
  generic: () => ({ summary, dedupKey: "test", priority: "low" }),
  alertmanager: () => ({
    status: "firing",
    alerts: [{
      status: "firing",
      fingerprint: "test",
      labels: { alertname: "Test", severity: "low" },
      annotations: { summary }
    }]
  }),
  pagerduty: (routing_key) => ({
    routing_key,
    event_action: "trigger",
    dedup_key: "test",
    payload: { summary, source: "test", severity: "warning" }
  }),
  opsgenie: () => ({ message: summary, alias: "test", source: "test", priority: "P4" })
}

const resolutions: Record<IntegrationKind, (key: string) => unknown> = {
  generic: () => ({ summary, dedupKey: "test", action: "resolve" }),
  alertmanager: () => ({
    status: "resolved",
    alerts: [{ status: "resolved", fingerprint: "test", labels: { alertname: "Test" } }]
  }),
  pagerduty: (routing_key) => ({ routing_key, event_action: "resolve", dedup_key: "test" }),
  opsgenie: () => ({ source: "test", note: "The test is over" })
}

/** The bodies hold no single quote, so a shell takes them in single quotes as they are. */
const post = (url: string, { key, kind }: Door, body: unknown) => {
  const authorization = kind === "opsgenie" ? ` -H 'authorization: GenieKey ${key}'` : ""
  return `curl -X POST '${url}' -H 'content-type: application/json'${authorization} -d '${JSON.stringify(body)}'`
}

/** A shell command that opens an incident. */
export const triggerCommand = (door: Door): string => post(door.url, door, triggers[door.kind](door.key))

/** A shell command that resolves what {@link triggerCommand} opened. */
export const resolveCommand = (door: Door): string => {
  const { key, kind, url } = door
  return post(kind === "opsgenie" ? `${url}/test/close?identifierType=alias` : url, door, resolutions[kind](key))
}

/** Lines of a sender's configuration; null where there is no usual one. */
export const configurationOf = ({ key, kind, url }: Door): { readonly file: string; readonly text: string } | null => {
  switch (kind) {
    case "generic":
      return null
    case "alertmanager":
      return {
        file: "alertmanager.yml",
        text: `receivers:
  - name: innkeeper
    webhook_configs:
      - url: ${url}
        send_resolved: true
        max_alerts: 200`
      }
    case "pagerduty":
      return {
        file: "alertmanager.yml, or wherever a sender asks for PagerDuty's address and routing key",
        text: `receivers:
  - name: innkeeper
    pagerduty_configs:
      - url: ${url}
        routing_key: ${key}
        send_resolved: true`
      }
    case "opsgenie":
      return {
        file: "alertmanager.yml, or wherever a sender asks for Opsgenie's API address and key",
        text: `receivers:
  - name: innkeeper
    opsgenie_configs:
      - api_url: ${url.replace(/v2\/alerts$/, "")}
        api_key: ${key}
        send_resolved: true`
      }
  }
}
