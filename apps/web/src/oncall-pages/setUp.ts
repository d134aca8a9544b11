import { linkOptions } from "@tanstack/react-router"

/** A thing that has to be there before an alert can page somebody. */
export type SetUpStep = "team" | "schedule" | "policy" | "service" | "integration"

/** Where each is created, and what it is for. */
export const setUpSteps = {
  team: {
    link: linkOptions({ to: "/people", search: { tab: "teams" } }),
    page: "People",
    create: "Create a team",
    why: "Nothing can page anybody yet. It begins with a team: teams own services."
  },
  schedule: {
    link: linkOptions({ to: "/schedules" }),
    page: "Schedules",
    create: "Create a schedule",
    why: "Next comes a schedule. It says who is on call when."
  },
  policy: {
    link: linkOptions({ to: "/escalation-policies" }),
    page: "Escalation policies",
    create: "Create a policy",
    why: "Next comes a policy. It says whom to page, and for how long to wait for them."
  },
  service: {
    link: linkOptions({ to: "/services" }),
    page: "Services",
    create: "Create a service",
    why: "Next comes a service. It says what can break, and by which policy to page for it."
  },
  integration: {
    link: linkOptions({ to: "/integrations" }),
    page: "Integrations",
    create: "Create an integration",
    why: "Alerts come in through integrations. Create one, and it shows a command that sends a test alert."
  }
} as const

/** The first thing that is missing, by how many there are of each. A policy can do without a schedule. */
export const firstMissing = (there: Readonly<Record<Exclude<SetUpStep, "integration">, number>>): SetUpStep => {
  if (there.team === 0) return "team"
  if (there.policy === 0) return there.schedule === 0 ? "schedule" : "policy"
  return there.service === 0 ? "service" : "integration"
}
