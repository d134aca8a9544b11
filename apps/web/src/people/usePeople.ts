import type { UserId } from "@innkeeper/platform/api"
import { useQuery } from "../api/useQuery.ts"

export const useUsers = () => useQuery(["user", "list"], (api) => api.users.list())

export const useTeams = () => useQuery(["team", "list"], (api) => api.teams.list())

/** The names of people by their ids; "Somebody" for one who is not known here. */
export const useNameOf = (): (id: UserId) => string => {
  const { data } = useUsers()
  return (id) => data?.find((user) => user.id === id)?.name ?? "Somebody"
}
