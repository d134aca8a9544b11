import type { UserId } from "@innkeeper/platform/api"
import { useQuery } from "../api/useQuery.ts"

export const useUsers = () => useQuery(["user", "list"], (api) => api.users.list())

export const useTeams = () => useQuery(["team", "list"], (api) => api.teams.list())

/** Whether people are deactivated, by their ids: pages to them go to nobody. */
export const useIsDeactivated = (): (id: UserId) => boolean => {
  const { data } = useUsers()
  return (id) => data?.some((user) => user.id === id && user.deactivatedAt !== null) ?? false
}

/** The names of people by their ids; "Somebody" for one who is not known here. */
export const useNameOf = (): (id: UserId) => string => {
  const { data } = useUsers()
  return (id) => data?.find((user) => user.id === id)?.name ?? "Somebody"
}
