import type { Me, Scope } from "@innkeeper/platform/api"
import {
  ArrowUpNarrowWide,
  BellRing,
  BookOpen,
  Boxes,
  CalendarDays,
  Inbox,
  PhoneCall,
  Plug,
  ScrollText,
  Settings,
  Users,
  Webhook
} from "lucide-react"

/** A page one can go to. */
export interface Destination {
  readonly to: string
  readonly label: string
  readonly Icon: typeof BellRing
  /** Without it the page has nothing to show. */
  readonly scope?: Scope
  /** Only where caught mail can be read. */
  readonly mailbox?: true
  /** Not a page of this app. */
  readonly external?: true
}

const all: ReadonlyArray<Destination> = [
  { to: "/incidents", label: "Incidents", Icon: BellRing, scope: "incidents:read" },
  { to: "/on-call", label: "On-call", Icon: PhoneCall, scope: "oncall:read" },
  { to: "/schedules", label: "Schedules", Icon: CalendarDays, scope: "oncall:read" },
  { to: "/escalation-policies", label: "Escalation policies", Icon: ArrowUpNarrowWide, scope: "oncall:read" },
  { to: "/services", label: "Services", Icon: Boxes, scope: "oncall:read" },
  { to: "/integrations", label: "Integrations", Icon: Plug, scope: "oncall:read" },
  { to: "/webhooks", label: "Webhooks", Icon: Webhook, scope: "webhooks:read" },
  { to: "/people", label: "People", Icon: Users, scope: "users:read" },
  { to: "/audit", label: "Audit log", Icon: ScrollText, scope: "audit:read" },
  { to: "/mailbox", label: "Mailbox", Icon: Inbox, mailbox: true },
  { to: "/docs", label: "API docs", Icon: BookOpen, external: true },
  { to: "/settings", label: "Settings", Icon: Settings }
]

/** How many of the destinations stand in the phone's bottom bar; the rest is behind "More". */
export const inBottomBar = 3

/** Where this viewer can go, in the order of the rail. */
export const destinationsOf = (me: Me): ReadonlyArray<Destination> =>
  all.filter(({ mailbox, scope }) =>
    (scope === undefined || me.principal.scopes.includes(scope)) && (mailbox !== true || me.mailbox)
  )
