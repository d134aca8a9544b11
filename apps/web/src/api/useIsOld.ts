import { type Query, useQueryClient } from "@tanstack/react-query"
import { useSyncExternalStore } from "react"
import { isPassing } from "./problem.ts"

const isOld = (query: Query) => query.isActive() && query.state.data !== undefined && isPassing(query.state.error)

/** Whether something that the page shows could not be read anew, and so may be old. */
export const useIsOld = () => {
  const cache = useQueryClient().getQueryCache()
  return useSyncExternalStore((onChange) => cache.subscribe(onChange), () => cache.getAll().some(isOld))
}
