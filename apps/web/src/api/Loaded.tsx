import type { UseQueryResult } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { ErrorState } from "../ui/ErrorState.tsx"
import { Skeleton } from "../ui/Skeleton.tsx"
import { problemText } from "./problem.ts"
import { useLastError } from "./useLastError.ts"

/** What a query read; grey bars until it is there, and a way to try again when it failed. */
export function Loaded<A>({ query, rows, children }: {
  readonly query: UseQueryResult<A, unknown>
  readonly rows?: number
  readonly children: (data: A) => ReactNode
}) {
  const error = useLastError(query)
  if (query.data !== undefined) return children(query.data)
  if (error !== null) {
    return (
      <ErrorState
        message={problemText(error)}
        onRetry={() => void query.refetch()}
        busy={query.isFetching}
      />
    )
  }
  return <Skeleton {...(rows === undefined ? {} : { rows })} />
}
