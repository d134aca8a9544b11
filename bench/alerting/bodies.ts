import { levelAddresses } from "./Tenant.ts"

/** An alert of its own for Innkeeper: `name` is its dedup key and its title, by which its mail is known again. */
export const innkeeperBody = (name: string, routingKey: "one-level" | "two-levels" = "one-level") =>
  JSON.stringify({
    summary: name,
    dedupKey: name,
    priority: "critical",
    source: "db-1.example.com",
    service: routingKey,
    details: "Disk of db-1 is full",
    labels: { severity: "critical", instance: name }
  })

const labelled = (name: string) => ({
  labels: { alertname: "DiskFull", severity: "critical", instance: name, service: "one-level" },
  annotations: { summary: name, description: "Disk of db-1 is full" }
})

/** Several alerts as an Alertmanager sends a group of them to Innkeeper. */
export const innkeeperBatch = (names: ReadonlyArray<string>) =>
  JSON.stringify({
    version: "4",
    status: "firing",
    receiver: "innkeeper",
    externalURL: "http://alertmanager.example.com",
    alerts: names.map((name) => ({ status: "firing", ...labelled(name), fingerprint: name }))
  })

/** The same alerts as Prometheus sends them to Alertmanager, which tells alerts apart by their labels. */
export const alertmanagerBatch = (names: ReadonlyArray<string>) => JSON.stringify(names.map(labelled))

/** One alert for Alertmanager. */
export const alertmanagerBody = (name: string) => alertmanagerBatch([name])

/** The alert a mail is about. */
export const nameOf = (subject: string) => /\S+$/.exec(subject)?.[0] ?? ""

/** The level, counted from 1, that a mail pages. */
export const levelOf = (address: string) => levelAddresses.findIndex((level) => level === address) + 1
