import { Loaded } from "../api/Loaded.tsx"
import "../lanes/lanes.css"
import { Page, PageHeader } from "../ui/PageHeader.tsx"
import { countText, lengthText } from "./amounts.ts"
import { EntityTable } from "./EntityTable.tsx"
import { Figure, Figures } from "./Figure.tsx"
import { podMarks } from "./podMarks.ts"
import { PodTable } from "./PodTable.tsx"
import { ShardGrid } from "./ShardGrid.tsx"
import { useAdminQuery } from "./useAdmin.ts"

/** How the cluster stands: who holds what, and what waits. */
export function Overview() {
  const cluster = useAdminQuery(["cluster"], (api) => api.cluster.get())
  const entities = useAdminQuery(["entities"], (api) => api.cluster.entities())
  const consumers = useAdminQuery(["consumers"], (api) => api.consumers.list())
  const schedules = useAdminQuery(["schedules"], (api) => api.platformSchedules.list())

  const queues = useAdminQuery(["queues"], (api) => api.jobs.queues())

  const ready = queues.data?.reduce((sum, { ready }) => sum + ready, 0)
  const oldest = queues.data?.reduce((most, { oldestReadySeconds }) => Math.max(most, oldestReadySeconds ?? 0), 0)
  const deadJobs = queues.data?.reduce((sum, { dead }) => sum + dead, 0)
  const deadLetters = consumers.data?.reduce((sum, { deadLetters }) => sum + deadLetters, 0)
  const lag = consumers.data?.reduce((most, { lagSeconds }) => Math.max(most, lagSeconds), 0)
  const late = schedules.data?.filter(({ late }) => late).length

  return (
    <Page>
      <PageHeader title="Overview">The cluster as it is now, read anew every few seconds</PageHeader>
      <Loaded query={cluster}>
        {(state) => {
          const marks = podMarks(state.pods)
          const away = state.pods.filter(({ healthy }) => !healthy).length
          return (
            <>
              <Figures label="Figures">
                <Figure
                  label="Pods"
                  value={`${state.pods.length - away}`}
                  note={away === 0 ? "all healthy" : `${away} away`}
                  isBad={away > 0}
                />
                <Figure
                  label="Dead letters"
                  value={deadLetters === undefined ? "…" : countText(deadLetters)}
                  note="events nobody could handle"
                  to="/admin/dead-letters"
                  isBad={(deadLetters ?? 0) > 0}
                />
                <Figure
                  label="Ready jobs"
                  value={ready === undefined ? "…" : countText(ready)}
                  note={oldest === undefined || oldest === 0 ? "none waits" : `the oldest for ${lengthText(oldest)}`}
                  to="/admin/queues"
                  isBad={(oldest ?? 0) > 60}
                />
                <Figure
                  label="Dead jobs"
                  value={deadJobs === undefined ? "…" : countText(deadJobs)}
                  note="after their last attempt"
                  to="/admin/queues"
                  isBad={(deadJobs ?? 0) > 0}
                />
                <Figure
                  label="Slowest consumer"
                  value={lag === undefined ? "…" : lengthText(lag)}
                  note="behind the events"
                  to="/admin/consumers"
                  isBad={(lag ?? 0) > 60}
                />
                <Figure
                  label="Late schedules"
                  value={late === undefined ? "…" : `${late}`}
                  note={`of ${schedules.data?.length ?? "…"}`}
                  to="/admin/schedules"
                  isBad={(late ?? 0) > 0}
                />
              </Figures>
              <div className="grid grid-cols-1 gap-4">
                <ShardGrid state={state} marks={marks} />
                <section aria-labelledby="pods" className="grid grid-cols-1 gap-2">
                  <h2 id="pods" className="text-sm font-semibold">Pods</h2>
                  <PodTable pods={state.pods} marks={marks} />
                </section>
                <section aria-labelledby="entities" className="grid grid-cols-1 gap-2">
                  <h2 id="entities" className="text-sm font-semibold">Messages for entities</h2>
                  <Loaded query={entities} rows={2}>{(loads) => <EntityTable loads={loads} />}</Loaded>
                </section>
              </div>
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}
