import type { IncidentId } from "@innkeeper/oncall/api"
import { usePages } from "../api/usePages.ts"
import { useQuery } from "../api/useQuery.ts"
import { type IncidentFilters, listQuery } from "./filters.ts"

export const useIncidents = (filters: IncidentFilters) =>
  usePages(
    ["incident", "list", filters],
    (cursor) => (api) => api.incidents.list({ query: { ...listQuery(filters), ...cursor } })
  )

export const useIncident = (id: IncidentId) =>
  useQuery(["incident", "one", id], (api) => api.incidents.get({ params: { id } }))

export const useTimeline = (id: IncidentId) =>
  useQuery(["incident", "timeline", id], (api) => api.incidents.timeline({ params: { id } }))

export const useNotifications = (id: IncidentId) =>
  useQuery(["incident", "notifications", id], (api) => api.incidents.notifications({ params: { id } }))

export const useAlerts = (id: IncidentId) =>
  usePages(
    ["incident", "alerts", id],
    (cursor) => (api) => api.incidents.alerts({ params: { id }, query: { limit: 50, ...cursor } })
  )
