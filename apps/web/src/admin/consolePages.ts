import {
  Building2,
  CalendarClock,
  LayoutDashboard,
  ListOrdered,
  MailWarning,
  Radio,
  ScrollText,
  Workflow
} from "lucide-react"
import type { Destination } from "../shell/destinations.ts"

/** The pages of the console. */
export const consolePages: ReadonlyArray<Destination> = [
  { to: "/admin", label: "Overview", Icon: LayoutDashboard },
  { to: "/admin/tenants", label: "Tenants", Icon: Building2 },
  { to: "/admin/queues", label: "Queues", Icon: ListOrdered },
  { to: "/admin/runs", label: "Workflow runs", Icon: Workflow },
  { to: "/admin/dead-letters", label: "Dead letters", Icon: MailWarning },
  { to: "/admin/consumers", label: "Consumers", Icon: Radio },
  { to: "/admin/schedules", label: "Schedules", Icon: CalendarClock },
  { to: "/admin/record", label: "Record", Icon: ScrollText }
]
