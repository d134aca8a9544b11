import { Download, ScrollText } from "lucide-react"
import { problemText } from "../api/problem.ts"
import { usePages } from "../api/usePages.ts"
import { useSearchState } from "../forms/useSearchState.ts"
import { useZone } from "../forms/useZone.ts"
import { zoneText } from "../lanes/momentText.ts"
import { Button, buttonClasses } from "../ui/Button.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"
import { ErrorState } from "../ui/ErrorState.tsx"
import { Page, PageHeader } from "../ui/PageHeader.tsx"
import { Skeleton } from "../ui/Skeleton.tsx"
import { useNow } from "../ui/useNow.ts"
import { AuditFilter, auditQuery, exportAddress } from "./auditFilter.ts"
import { AuditFilterBar } from "./AuditFilterBar.tsx"
import { AuditLine } from "./AuditLine.tsx"

/** Who did what, when and from where, newest first. */
export function AuditLog() {
  const zone = useZone()
  const now = useNow()
  const [filter, setFilter] = useSearchState<AuditFilter>(AuditFilter, {})
  const pages = usePages(
    ["audit", filter],
    (cursor) => (api) => api.audit.search({ query: { ...auditQuery(filter), ...cursor, limit: 50 } })
  )
  return (
    <Page>
      <PageHeader
        title="Audit log"
        actions={
          <a href={exportAddress(filter)} download className={buttonClasses()}>
            <Download aria-hidden className="size-4" />
            Download CSV
          </a>
        }
      >
        Who did what, newest first · times in {zoneText(now, zone)}
      </PageHeader>
      <AuditFilterBar filter={filter} onChange={setFilter} />
      {pages.items === undefined
        ? pages.error === null
          ? <Skeleton />
          : <ErrorState message={problemText(pages.error)} onRetry={pages.retry} busy={pages.isFetching} />
        : pages.items.length === 0
        ? (
          <EmptyState title="No entry fits" icon={<ScrollText />}>
            Search for fewer words or a longer span.
          </EmptyState>
        )
        : (
          <>
            <ol aria-label="Entries" className="divide-y divide-line rounded-lg border border-line bg-surface">
              {pages.items.map((entry) => <AuditLine key={entry.id} entry={entry} />)}
            </ol>
            {pages.hasMore && (
              <div className="flex justify-center pt-4">
                <Button busy={pages.isLoadingMore} onClick={pages.loadMore}>Load more</Button>
              </div>
            )}
          </>
        )}
    </Page>
  )
}
