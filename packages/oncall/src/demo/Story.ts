import type { Priority } from "../alert/Alert.ts"
import type { GenericAlert } from "../integration/GenericAlert.ts"
import type { IntegrationKind } from "../integration/Integration.ts"

/** What somebody does with an incident. */
export type Move =
  | { readonly kind: "acknowledge" }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "priority"; readonly priority: Priority }
  | { readonly kind: "reassign"; readonly policy: string }
  | { readonly kind: "resolve"; readonly note: string }

/** Alerts of one incident as they come in by an integration of the kind, then what people do. */
export interface Scene {
  readonly by: IntegrationKind
  /** Routing key of the service. */
  readonly service: string
  readonly alerts: readonly [GenericAlert, ...ReadonlyArray<GenericAlert>]
  readonly moves: ReadonlyArray<Move>
}

const declined = (share: number): GenericAlert => ({
  summary: `Card payments: ${share} % declined`,
  dedupKey: "cards-declined",
  priority: "critical",
  source: "payment-gateway",
  labels: { region: "eu-central", provider: "acquirer-1" }
})

/** What happened at Lakeside Inns: one incident in each state that an incident can be in. */
export const story: ReadonlyArray<Scene> = [
  {
    by: "pagerduty",
    service: "payments",
    alerts: [declined(12), declined(19), declined(23)],
    moves: [
      { kind: "acknowledge" },
      { kind: "note", text: "The provider confirms an outage of one region. Sending payments over the other one." },
      { kind: "priority", priority: "high" },
      { kind: "resolve", note: "Declines are back to 1 %. Guests whose card was declined got a mail with a new link." }
    ]
  },
  {
    by: "alertmanager",
    service: "booking-api",
    alerts: [
      {
        summary: "Disk of db-replica-2 will be full in four hours",
        dedupKey: "disk/db-replica-2",
        priority: "medium",
        source: "db-replica-2:9100",
        labels: { alertname: "DiskWillFill", instance: "db-replica-2:9100", mountpoint: "/var/lib" }
      },
      {
        action: "resolve",
        summary: "Disk of db-replica-2 is at 61 %",
        dedupKey: "disk/db-replica-2",
        source: "db-replica-2:9100"
      }
    ],
    moves: []
  },
  {
    by: "alertmanager",
    service: "booking-api",
    alerts: [{
      summary: "Search for rooms is slow: 99 of 100 answers within 2.4 s, expected 0.8 s",
      dedupKey: "latency/availability",
      priority: "high",
      source: "booking-api-7",
      details: "Since the deployment of build 4182. The query for availability scans the whole table of rates.",
      labels: { alertname: "SlowAvailability", route: "/availability", build: "4182" },
      links: [{ href: "https://grafana.example.com/d/availability", text: "Dashboard" }]
    }],
    moves: [
      { kind: "acknowledge" },
      { kind: "note", text: "Build 4182 lost an index. Rolling back to 4181 while the index is built again." }
    ]
  },
  {
    by: "generic",
    service: "door-locks",
    alerts: [{
      summary: "Two guests in Brienz did not get the code of their room",
      dedupKey: "codes/brienz",
      priority: "low",
      source: "lock-gateway",
      labels: { inn: "Brienz", rooms: "12, 14" }
    }],
    moves: [
      { kind: "note", text: "The reception let them in. It looks as if the deposit is missing, so over to Payments." },
      { kind: "reassign", policy: "Money is waiting" }
    ]
  },
  {
    by: "generic",
    service: "channel-manager",
    alerts: [{
      summary: "Prices on two travel sites are 40 minutes old",
      dedupKey: "sync/prices",
      priority: "medium",
      source: "channel-sync",
      labels: { sites: "2", oldest: "40m" }
    }],
    moves: []
  }
]
