import { DateTime, Duration, Result } from "effect"
import { longestShift } from "../schedule/Schedule.ts"
import type { SetupDocument } from "./SetupDocument.ts"
import { fold, namingIssues, type SetupIssue } from "./SetupNames.ts"
import type { SetupState } from "./SetupState.ts"
import type { SetupStep } from "./SetupStep.ts"
import {
  integrationStep,
  overridesOf,
  policyStep,
  scheduleStep,
  serviceStep,
  teamStep,
  tenantStep,
  userStep
} from "./SetupSteps.ts"

/** Overrides that end before they start, or last longer than any may. */
const overrideIssues = (document: SetupDocument): ReadonlyArray<SetupIssue> =>
  (document.schedules ?? []).flatMap((schedule, index) =>
    overridesOf(schedule).flatMap((moment) => {
      const length = DateTime.distance(moment.start, moment.end)
      const path = ["schedules", index, "overrides", moment.index, "end"]
      if (Duration.isLessThanOrEqualTo(length, Duration.zero)) {
        return [{ path, message: "expected a time after `start`" }]
      }
      return Duration.isGreaterThan(length, longestShift)
        ? [{ path, message: "expected a time at most 366 days after `start`" }]
        : []
    })
  )

const named = <Thing extends { readonly name: string }>(things: ReadonlyArray<Thing>, name: string) =>
  things.find((thing) => fold(thing.name) === fold(name))

/** Who is not active leaves their place in the quota of people to those who are. */
const inactiveFirst = (steps: ReturnType<typeof userStep>) =>
  [true, false].flatMap((first) => steps.filter((step) => (step.kind === "user" && !step.desired.active) === first))

/**
 * What has to be done so that `state` is as the document says, in an order in which every step finds what it refers
 * to; or everything that is wrong with the document. Overrides that ended before `now` are left out.
 */
export const diff = (
  document: SetupDocument,
  state: SetupState,
  now: DateTime.Utc
): Result.Result<ReadonlyArray<SetupStep>, ReadonlyArray<SetupIssue>> => {
  const issues = [...namingIssues(document, state), ...overrideIssues(document)]
  if (issues.length > 0) return Result.fail(issues)
  return Result.succeed([
    ...tenantStep(document.tenant, state.tenant),
    ...inactiveFirst(
      (document.users ?? []).flatMap((user, index) =>
        userStep(user, state.users.find(({ email }) => fold(email) === fold(user.email)), index)
      )
    ),
    ...(document.teams ?? []).flatMap((team, index) => teamStep(team, named(state.teams, team.name), index)),
    ...(document.schedules ?? []).flatMap((schedule, index) =>
      scheduleStep(schedule, named(state.schedules, schedule.name), index, now)
    ),
    ...(document.escalationPolicies ?? []).flatMap((policy, index) =>
      policyStep(policy, named(state.policies, policy.name), index)
    ),
    ...(document.services ?? []).flatMap((service, index) =>
      serviceStep(service, named(state.services, service.name), index)
    ),
    ...(document.integrations ?? []).flatMap((integration, index) =>
      integrationStep(integration, named(state.integrations, integration.name), index)
    )
  ])
}
