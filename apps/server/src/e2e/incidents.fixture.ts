/** What a test reads of incidents and mails. Tests only. */
import { Alert, Incident, Notification, TimelineEntry } from "@innkeeper/oncall/api"
import { CaughtMail, Page } from "@innkeeper/platform/api"
import { Effect, Schema } from "effect"
import { eventually } from "./eventually.fixture.ts"
import type { Tenant } from "./tenant.fixture.ts"

const Incidents = Page(Incident)
const Alerts = Page(Alert)

export const incidentsOf = (tenant: Tenant, query = "") =>
  Effect.map(tenant.read(`/api/v1/incidents?limit=100${query}`, Incidents), ({ items }) => items)

export const incidentOf = (tenant: Tenant, id: string) => tenant.read(`/api/v1/incidents/${id}`, Incident)

export const timelineOf = (tenant: Tenant, id: string) =>
  tenant.read(`/api/v1/incidents/${id}/timeline`, Schema.Array(TimelineEntry))

export const notificationsOf = (tenant: Tenant, id: string) =>
  tenant.read(`/api/v1/incidents/${id}/notifications`, Schema.Array(Notification))

export const alertsOf = (tenant: Tenant, id: string, cursor = "") =>
  tenant.read(`/api/v1/incidents/${id}/alerts?limit=100${cursor}`, Alerts)

export const mailsOf = (tenant: Tenant) => tenant.read("/api/v1/mailbox", Schema.Array(CaughtMail))

/** Waits for the page of a person in the mailbox. */
export const mailTo = (tenant: Tenant, person: "first" | "second", count = 1) =>
  eventually(
    `${count} mails to ${person} of ${tenant.slug}`,
    Effect.map(mailsOf(tenant), (mails) => mails.filter(({ to }) => to.includes(tenant.person(person)))),
    (mails) => mails.length >= count
  )
