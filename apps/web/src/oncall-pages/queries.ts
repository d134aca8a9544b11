import type { ScheduleId } from "@innkeeper/oncall/api"
import { DateTime } from "effect"
import { useQuery } from "../api/useQuery.ts"
import type { CalendarWindow } from "../lanes/CalendarRange.ts"

export const useSchedules = () => useQuery(["schedule", "list"], (api) => api.schedules.list())

export const usePolicies = () => useQuery(["policy", "list"], (api) => api.escalationPolicies.list())

export const useServices = () => useQuery(["service", "list"], (api) => api.services.list())

export const useIntegrations = () => useQuery(["integration", "list"], (api) => api.integrations.list())

/** A schedule over a span. No other span stands in for it: in its place, that one's days would be empty. */
export const useCalendar = (id: ScheduleId, { from, until }: CalendarWindow) =>
  useQuery(
    ["schedule", "calendar", id, DateTime.formatIso(from), DateTime.formatIso(until)],
    (api) => api.schedules.calendar({ params: { id }, query: { from, until } })
  )

/** Hand-offs are told by no event, so what holds now is asked anew every minute. */
const minuteOf = (now: DateTime.Utc) => Math.floor(now.epochMilliseconds / 60_000)

/** Who has each schedule at `at`; at `now` when it is null. */
export const useOnCall = (at: DateTime.Utc | null, now: DateTime.Utc) =>
  useQuery(
    ["schedule", "on-call", at === null ? minuteOf(now) : DateTime.formatIso(at)],
    (api) => api.onCall.schedules({ query: at === null ? {} : { at } }),
    { keepPrevious: true }
  )

/** Whom each service would page at `at`; at `now` when it is null. */
export const useServicesOnCall = (at: DateTime.Utc | null, now: DateTime.Utc) =>
  useQuery(
    ["schedule", "services-on-call", at === null ? minuteOf(now) : DateTime.formatIso(at)],
    (api) => api.onCall.services({ query: at === null ? {} : { at } }),
    { keepPrevious: true }
  )
