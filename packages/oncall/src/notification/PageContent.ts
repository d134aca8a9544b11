import { DateTime, Duration, Option } from "effect"
import type { Delivery } from "./DeliveryStore.ts"

/** Addresses that a page carries. */
export interface PageLinks {
  readonly incident: string
  readonly acknowledge: string
  readonly resolve: string
}

/** How long the links of a page can be used. */
export const linkLifetime = Duration.hours(24)

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;" }

const escape = (text: string) => text.replace(/[&<>"']/g, (character) => escapes[character] ?? character)

/** One line, so that a title cannot add headers or break a subject. */
const oneLine = (text: string) => text.replace(/\s+/g, " ").replace(/\p{Cc}/gu, "").trim()

/** A formatter for each zone: making one takes a hundred times as long as using it. */
const formatters = new Map<string, Intl.DateTimeFormat>()

const formatterOf = (timeZone: string) => {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "medium", timeStyle: "short" })
  formatters.set(timeZone, made)
  return made
}

const at = (instant: DateTime.Utc, timeZone: string) =>
  Option.match(DateTime.zoneMakeNamed(timeZone), {
    onNone: () => DateTime.formatIso(instant),
    onSome: () => `${formatterOf(timeZone).format(DateTime.toDateUtc(instant))} (${timeZone})`
  })

/** Subject of the mail of a page: most urgent words first, short enough for a phone's lock screen. */
export const subjectOf = ({ incident }: Delivery) =>
  oneLine(`[${incident.priority}] #${incident.number} ${incident.serviceName}: ${incident.title}`).slice(0, 200)
    .toWellFormed()

const factsOf = ({ alert, incident, timeZone }: Delivery): ReadonlyArray<readonly [string, string]> => [
  ["Service", incident.serviceName],
  ["Priority", incident.priority],
  ["Since", at(incident.createdAt, timeZone)],
  ...(alert !== null && alert.source !== "" ? [["Source", alert.source] as const] : []),
  ...(incident.alertCount > 1 ? [["Alerts", String(incident.alertCount)] as const] : []),
  ...Object.entries(alert?.labels ?? {}).slice(0, 20)
]

/** Links of the alert, such as its runbook, with what they are called: by themselves where the sender says nothing. */
const alertLinksOf = ({ alert }: Delivery) =>
  (alert?.links ?? []).slice(0, 20).map(({ href, text }) => ({
    href: oneLine(href),
    text: oneLine(text) || oneLine(href)
  }))

/** Whether a mail program can be given the address to open: a sender may write anything. */
const isWeb = (href: string) => /^https?:\/\//i.test(href)

/** The mail's text for readers without HTML. */
export const textOf = (delivery: Delivery, links: PageLinks) =>
  [
    `${delivery.userName}, you are paged for #${delivery.incident.number}:`,
    oneLine(delivery.incident.title),
    "",
    `Acknowledge: ${links.acknowledge}`,
    `Resolve:     ${links.resolve}`,
    `Details:     ${links.incident}`,
    "",
    ...factsOf(delivery).map(([name, value]) => `${name}: ${value}`),
    ...alertLinksOf(delivery).map(({ href, text }) => text === href ? href : `${text}: ${href}`),
    ...(delivery.alert?.details ? ["", delivery.alert.details] : []),
    "",
    `The links work for ${Duration.toHours(linkLifetime)} hours and act in your name: do not forward this mail.`,
    `${delivery.tenantName} · Innkeeper`
  ].join("\n")

const button = (href: string, label: string, background: string) =>
  `<a href="${escape(href)}" style="display:inline-block;padding:14px 22px;margin:0 8px 8px 0;border-radius:8px;` +
  `background:${background};color:#ffffff;font-weight:600;text-decoration:none">${label}</a>`

/** The mail's HTML: no script, no remote content. */
export const htmlOf = (delivery: Delivery, links: PageLinks) => {
  const { alert, incident } = delivery
  const facts = factsOf(delivery).map(([name, value]) =>
    `<tr><td style="padding:4px 16px 4px 0;color:#5b6270;vertical-align:top">${escape(name)}</td>` +
    `<td style="padding:4px 0;overflow-wrap:anywhere">${escape(value)}</td></tr>`
  )
  const alertLinks = alertLinksOf(delivery).filter(({ href }) => isWeb(href)).map(({ href, text }) =>
    `<li style="overflow-wrap:anywhere"><a href="${escape(href)}">${escape(text)}</a></li>`
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">` +
    `<title>${escape(subjectOf(delivery))}</title></head>` +
    `<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif">` +
    `<p style="margin:0 0 4px;color:#5b6270">${escape(incident.priority)} · #${incident.number} · ` +
    `${escape(incident.serviceName)}</p>` +
    `<h1 style="margin:0 0 20px;font-size:22px;line-height:1.3">${escape(incident.title)}</h1>` +
    `<p style="margin:0 0 16px">${button(links.acknowledge, "Acknowledge", "#1f5fd6")}` +
    `${button(links.resolve, "Resolve", "#3d7a46")}</p>` +
    `<p style="margin:0 0 20px"><a href="${escape(links.incident)}">Open the incident</a></p>` +
    `<table role="presentation" style="border-collapse:collapse;font-size:15px">${facts.join("")}</table>` +
    (alertLinks.length > 0 ? `<ul style="margin:20px 0 0;padding-left:20px">${alertLinks.join("")}</ul>` : "") +
    (alert?.details
      ? `<pre style="margin:20px 0 0;padding:12px;border-radius:8px;background:#8881;white-space:pre-wrap">` +
        `${escape(alert.details)}</pre>`
      : "") +
    `<p style="margin:24px 0 0;color:#5b6270;font-size:13px">The buttons work for ` +
    `${Duration.toHours(linkLifetime)} hours and act in your name: do not forward this mail.<br>` +
    `${escape(delivery.tenantName)} · Innkeeper</p></body></html>`
}

/** Body of an outgoing webhook of a page. */
export const webhookOf = (delivery: Delivery, links: PageLinks) => ({
  type: "incident.page",
  timestamp: DateTime.formatIso(delivery.incident.createdAt),
  data: {
    incident: {
      id: delivery.incidentId,
      number: delivery.incident.number,
      title: delivery.incident.title,
      priority: delivery.incident.priority,
      status: delivery.incident.status,
      service: delivery.incident.serviceName,
      url: links.incident
    },
    user: { id: delivery.userId, name: delivery.userName },
    /** Of the incident's first alert, as its sender wrote them. */
    links: delivery.alert?.links ?? [],
    acknowledgeUrl: links.acknowledge,
    resolveUrl: links.resolve
  }
})
