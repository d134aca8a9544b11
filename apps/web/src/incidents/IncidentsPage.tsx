import type { Incident } from "@innkeeper/oncall/api"
import { Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router"
import { Plus } from "lucide-react"
import { useRef, useState } from "react"
import { problemText } from "../api/problem.ts"
import { useMay } from "../api/useMe.ts"
import { useKeys } from "../shell/useKeys.ts"
import { Button } from "../ui/Button.tsx"
import { classes } from "../ui/classes.ts"
import { ErrorState } from "../ui/ErrorState.tsx"
import { fetchedDialog, fetchedPart, useFetchedAhead } from "../ui/fetched.tsx"
import { PageHeader } from "../ui/PageHeader.tsx"
import { Skeleton } from "../ui/Skeleton.tsx"
import { FilterBar } from "./FilterBar.tsx"
import type { IncidentFilters } from "./filters.ts"
import { IncidentRow } from "./IncidentRow.tsx"
import { useIncidents } from "./queries.ts"
import { useIncidentActions } from "./useIncidentActions.ts"
import { useRowKeys } from "./useRowKeys.ts"

const NoIncidents = fetchedPart(() => import("./NoIncidents.tsx"))
const OpenIncidentDialog = fetchedDialog(() => import("./OpenIncidentDialog.tsx"))
const ResolveDialog = fetchedDialog(() => import("./ResolveDialog.tsx"))

/** The incidents, live, as the address filters them; beside them the one that is open, or instead of them on a phone. */
export function IncidentsPage() {
  const filters = useSearch({ from: "/signed-in/incidents" })
  const openId = useParams({ strict: false }).incidentId
  const navigate = useNavigate()
  const incidents = useIncidents(filters)
  const actions = useIncidentActions()
  const mayWrite = useMay("incidents:write")
  const [opening, setOpening] = useState(false)
  const [resolving, setResolving] = useState<Incident | null>(null)
  const list = useRef<HTMLUListElement>(null)
  const search = useRef<HTMLInputElement>(null)

  const setFilters = (search: IncidentFilters) => void navigate({ to: ".", search, replace: true })
  const isFiltered = Object.keys(filters).length > 0
  const isOpen = openId !== undefined
  useFetchedAhead(NoIncidents, ResolveDialog, OpenIncidentDialog)

  useRowKeys({
    list,
    incidents: incidents.items ?? [],
    openId,
    onOpen: ({ id }) => void navigate({ to: "/incidents/$incidentId", params: { incidentId: id }, search: true }),
    onAcknowledge: (incident) => mayWrite && incident.status === "triggered" && actions.acknowledge(incident),
    onResolve: (incident) => mayWrite && incident.status !== "resolved" && setResolving(incident)
  })
  useKeys({
    "/": () => search.current?.focus(),
    ...(mayWrite ? { c: () => setOpening(true) } : {})
  })

  return (
    <div className={classes("lg:flex", isOpen ? "" : "mx-auto max-w-6xl")}>
      <section
        aria-label="List"
        className={classes(
          "min-w-0",
          isOpen
            ? "hidden print:hidden! lg:sticky lg:top-0 lg:block lg:h-dvh lg:w-96 lg:shrink-0 lg:overflow-y-auto lg:border-r lg:border-line xl:w-md"
            : "flex-1"
        )}
      >
        <div className={classes("pt-5 pb-3", isOpen ? "px-4" : "px-4 sm:px-6")}>
          <PageHeader
            title="Incidents"
            isTab={!isOpen}
            actions={mayWrite && (
              <Button
                tone="primary"
                icon={<Plus aria-hidden className="size-4" />}
                onClick={() => setOpening(true)}
              >
                Open incident
              </Button>
            )}
          />
          <FilterBar filters={filters} onChange={setFilters} compact={isOpen} searchRef={search} />
        </div>
        <div
          aria-busy={incidents.isPlaceholderData}
          className={classes(
            isOpen ? "border-t border-line" : "sm:px-6 sm:pb-6",
            incidents.isPlaceholderData && "opacity-60"
          )}
        >
          {incidents.items === undefined
            ? incidents.error === null
              ? <Skeleton rows={8} />
              : (
                <ErrorState
                  message={problemText(incidents.error)}
                  onRetry={incidents.retry}
                  busy={incidents.isFetching}
                />
              )
            : incidents.items.length === 0
            ? <NoIncidents isFiltered={isFiltered} onClear={() => setFilters({})} />
            : (
              <>
                <ul
                  ref={list}
                  className={classes(
                    "divide-y divide-line bg-surface",
                    isOpen ? "" : "overflow-hidden border-y border-line sm:rounded-lg sm:border"
                  )}
                >
                  {incidents.items.map((incident) => (
                    <li key={incident.id}>
                      <IncidentRow incident={incident} />
                    </li>
                  ))}
                </ul>
                {incidents.hasMore && (
                  <div className="p-4 text-center">
                    <Button busy={incidents.isLoadingMore} onClick={incidents.loadMore}>Load more</Button>
                  </div>
                )}
              </>
            )}
        </div>
      </section>
      {isOpen && (
        <div className="min-w-0 flex-1">
          <Outlet />
        </div>
      )}
      {opening && <OpenIncidentDialog onClose={() => setOpening(false)} />}
      {resolving !== null && (
        <ResolveDialog
          incident={resolving}
          onClose={() => setResolving(null)}
          onResolve={(note) => actions.resolve(resolving, note)}
        />
      )}
    </div>
  )
}
