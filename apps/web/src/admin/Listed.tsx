import type { ReactNode } from "react"
import { problemText } from "../api/problem.ts"
import { Button } from "../ui/Button.tsx"
import { ErrorState } from "../ui/ErrorState.tsx"
import { Skeleton } from "../ui/Skeleton.tsx"
import type { useAdminPages } from "./useAdmin.ts"

/** What was read of a list page by page, `empty` when there is nothing, and a button for more. */
export function Listed<A>({ pages, empty, children }: {
  readonly pages: Omit<ReturnType<typeof useAdminPages>, "items"> & { readonly items: ReadonlyArray<A> | undefined }
  readonly empty: ReactNode
  readonly children: (items: ReadonlyArray<A>) => ReactNode
}) {
  if (pages.items === undefined) {
    return pages.error === null
      ? <Skeleton />
      : <ErrorState message={problemText(pages.error)} onRetry={pages.retry} busy={pages.isFetching} />
  }
  if (pages.items.length === 0) return empty
  return (
    <>
      {children(pages.items)}
      {pages.hasMore && (
        <div className="flex justify-center pt-4">
          <Button busy={pages.isLoadingMore} onClick={pages.loadMore}>Load more</Button>
        </div>
      )}
    </>
  )
}
