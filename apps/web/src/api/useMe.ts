import type { Scope } from "@innkeeper/platform/api"
import { useQuery } from "./useQuery.ts"

/** Who is signed in, and where. */
export const useMe = () => useQuery(["me"], (api) => api.session.me())

/** Whether the viewer may do something. False until it is known. */
export const useMay = (scope: Scope): boolean => useMe().data?.principal.scopes.includes(scope) ?? false
