import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect
} from "@tanstack/react-router"
import { incidentFilters } from "./incidents/filters.ts"
import { Lost } from "./shell/Lost.tsx"
import { PageError } from "./shell/PageError.tsx"
import { pageScript } from "./shell/pageScript.ts"
import { SignedIn } from "./shell/SignedIn.tsx"
import { Skeleton } from "./ui/Skeleton.tsx"

const root = createRootRoute({ component: Outlet, notFoundComponent: Lost })

const open = { getParentRoute: () => root }

const outside = [
  createRoute({
    ...open,
    path: "/sign-in",
    validateSearch: (search): { next?: string } => typeof search["next"] === "string" ? { next: search["next"] } : {},
    component: lazyRouteComponent(pageScript(() => import("./sign-in/SignIn.tsx")), "SignIn")
  }),
  createRoute({
    ...open,
    path: "/sign-in/link",
    component: lazyRouteComponent(pageScript(() => import("./sign-in/MagicLink.tsx")), "MagicLink")
  }),
  createRoute({
    ...open,
    path: "/link",
    component: lazyRouteComponent(pageScript(() => import("./link/PageLink.tsx")), "PageLink")
  })
]

const signedIn = createRoute({ ...open, id: "signed-in", component: SignedIn })
const inside = { getParentRoute: () => signedIn }

const incidents = createRoute({
  ...inside,
  path: "/incidents",
  validateSearch: incidentFilters,
  component: lazyRouteComponent(pageScript(() => import("./incidents/IncidentsPage.tsx")), "IncidentsPage")
})

const incident = createRoute({
  getParentRoute: () => incidents,
  path: "$incidentId",
  component: lazyRouteComponent(pageScript(() => import("./incidents/IncidentPage.tsx")), "IncidentPage")
})

const pages = [
  createRoute({
    ...inside,
    path: "/",
    beforeLoad: () => {
      throw redirect({ to: "/incidents", replace: true })
    }
  }),
  incidents.addChildren([incident]),
  createRoute({
    ...inside,
    path: "/on-call",
    component: lazyRouteComponent(pageScript(() => import("./oncall-pages/WhoIsOnCall.tsx")), "WhoIsOnCall")
  }),
  createRoute({
    ...inside,
    path: "/schedules",
    component: lazyRouteComponent(pageScript(() => import("./oncall-pages/Schedules.tsx")), "Schedules")
  }),
  createRoute({
    ...inside,
    path: "/schedules/$scheduleId",
    component: lazyRouteComponent(pageScript(() => import("./oncall-pages/Schedule.tsx")), "Schedule")
  }),
  createRoute({
    ...inside,
    path: "/escalation-policies",
    component: lazyRouteComponent(
      pageScript(() => import("./oncall-pages/EscalationPolicies.tsx")),
      "EscalationPolicies"
    )
  }),
  createRoute({
    ...inside,
    path: "/services",
    component: lazyRouteComponent(pageScript(() => import("./oncall-pages/Services.tsx")), "Services")
  }),
  createRoute({
    ...inside,
    path: "/integrations",
    component: lazyRouteComponent(pageScript(() => import("./oncall-pages/Integrations.tsx")), "Integrations")
  }),
  createRoute({
    ...inside,
    path: "/webhooks",
    component: lazyRouteComponent(pageScript(() => import("./webhooks/Webhooks.tsx")), "Webhooks")
  }),
  createRoute({
    ...inside,
    path: "/webhooks/$webhookId",
    component: lazyRouteComponent(pageScript(() => import("./webhooks/Webhook.tsx")), "Webhook")
  }),
  createRoute({
    ...inside,
    path: "/people",
    component: lazyRouteComponent(pageScript(() => import("./people/People.tsx")), "People")
  }),
  createRoute({
    ...inside,
    path: "/settings",
    component: lazyRouteComponent(pageScript(() => import("./people/Settings.tsx")), "Settings")
  }),
  createRoute({
    ...inside,
    path: "/audit",
    component: lazyRouteComponent(pageScript(() => import("./operations/AuditLog.tsx")), "AuditLog")
  }),
  createRoute({
    ...inside,
    path: "/mailbox",
    component: lazyRouteComponent(pageScript(() => import("./operations/Mailbox.tsx")), "Mailbox")
  })
]

const console = createRoute({
  ...open,
  path: "/admin",
  component: lazyRouteComponent(pageScript(() => import("./admin/Console.tsx")), "Console")
})
const inConsole = { getParentRoute: () => console }

/** Pages for those who run the platform. */
const consolePages = [
  createRoute({
    ...inConsole,
    path: "/",
    component: lazyRouteComponent(pageScript(() => import("./admin/Overview.tsx")), "Overview")
  }),
  createRoute({
    ...inConsole,
    path: "/tenants",
    component: lazyRouteComponent(pageScript(() => import("./admin/tenants/Tenants.tsx")), "Tenants")
  }),
  createRoute({
    ...inConsole,
    path: "/tenants/-/new",
    component: lazyRouteComponent(pageScript(() => import("./admin/tenants/NewTenant.tsx")), "NewTenant")
  }),
  createRoute({
    ...inConsole,
    path: "/tenants/$slug",
    component: lazyRouteComponent(pageScript(() => import("./admin/tenants/Tenant.tsx")), "Tenant")
  }),
  createRoute({
    ...inConsole,
    path: "/queues",
    component: lazyRouteComponent(pageScript(() => import("./admin/Queues.tsx")), "Queues")
  }),
  createRoute({
    ...inConsole,
    path: "/runs",
    component: lazyRouteComponent(pageScript(() => import("./admin/Runs.tsx")), "Runs")
  }),
  createRoute({
    ...inConsole,
    path: "/runs/$runId",
    component: lazyRouteComponent(pageScript(() => import("./admin/Run.tsx")), "Run")
  }),
  createRoute({
    ...inConsole,
    path: "/dead-letters",
    component: lazyRouteComponent(pageScript(() => import("./admin/DeadLetters.tsx")), "DeadLetters")
  }),
  createRoute({
    ...inConsole,
    path: "/consumers",
    component: lazyRouteComponent(pageScript(() => import("./admin/Consumers.tsx")), "Consumers")
  }),
  createRoute({
    ...inConsole,
    path: "/schedules",
    component: lazyRouteComponent(pageScript(() => import("./admin/ConsoleSchedules.tsx")), "ConsoleSchedules")
  }),
  createRoute({
    ...inConsole,
    path: "/record",
    component: lazyRouteComponent(pageScript(() => import("./admin/Record.tsx")), "Record")
  })
]

/** Pages for those who work on the UI; a built UI does not have them. */
const workshop = import.meta.env.DEV
  ? [createRoute({
    ...open,
    path: "/dev/gallery",
    component: lazyRouteComponent(pageScript(() => import("./operations/Gallery.tsx")), "Gallery")
  })]
  : []

export const router = createRouter({
  routeTree: root.addChildren([
    ...outside,
    signedIn.addChildren(pages),
    console.addChildren(consolePages),
    ...workshop
  ]),
  defaultPreload: "intent",
  defaultPendingComponent: () => <Skeleton />,
  defaultErrorComponent: PageError,
  scrollRestoration: true
})

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router
  }
}
