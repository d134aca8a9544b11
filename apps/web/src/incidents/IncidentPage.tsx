import { type Incident, IncidentId } from "@innkeeper/oncall/api"
import { Link, useParams } from "@tanstack/react-router"
import { Schema } from "effect"
import { SearchX } from "lucide-react"
import { useRef, useState } from "react"
import { flushSync } from "react-dom"
import { problemStatus, problemText } from "../api/problem.ts"
import { useMay } from "../api/useMe.ts"
import { useKeys } from "../shell/useKeys.ts"
import { buttonClasses } from "../ui/Button.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"
import { ErrorState } from "../ui/ErrorState.tsx"
import { fetchedDialog, useFetchedAhead } from "../ui/fetched.tsx"
import { Skeleton } from "../ui/Skeleton.tsx"
import { Tabs } from "../ui/Tabs.tsx"
import { ActionBar } from "./ActionBar.tsx"
import { Alerts } from "./Alerts.tsx"
import { EscalationLine } from "./EscalationLine.tsx"
import { IncidentHeader } from "./IncidentHeader.tsx"
import { NoteForm } from "./NoteForm.tsx"
import { Notifications } from "./Notifications.tsx"
import { useIncident } from "./queries.ts"
import { Timeline } from "./Timeline.tsx"
import { useIncidentActions } from "./useIncidentActions.ts"

const ReassignDialog = fetchedDialog(() => import("./ReassignDialog.tsx"))
const ResolveDialog = fetchedDialog(() => import("./ResolveDialog.tsx"))

const isIncidentId = Schema.is(IncidentId)

/** One incident: what to know, what to do, and everything that happened. */
export function IncidentPage() {
  const { incidentId } = useParams({ from: "/signed-in/incidents/$incidentId" })
  return isIncidentId(incidentId) ? <Known key={incidentId} id={incidentId} /> : <Unknown />
}

function Known({ id }: { readonly id: IncidentId }) {
  const incident = useIncident(id)
  if (incident.data !== undefined) return <Detail incident={incident.data} />
  if (problemStatus(incident.error) === 404) return <Unknown />
  return incident.error === null
    ? <Skeleton rows={6} />
    : (
      <ErrorState
        message={problemText(incident.error)}
        onRetry={() => void incident.refetch()}
        busy={incident.isFetching}
      />
    )
}

function Unknown() {
  return (
    <EmptyState
      isPage
      icon={<SearchX />}
      title="There is no such incident"
      action={<Link to="/incidents" className={buttonClasses("primary")}>Go to the incidents</Link>}
    >
      The link may be incomplete, or belong to another organisation.
    </EmptyState>
  )
}

function Detail({ incident }: { readonly incident: Incident }) {
  const mayWrite = useMay("incidents:write")
  const { acknowledge, pending, reassign, resolve, setPriority } = useIncidentActions()
  const [dialog, setDialog] = useState<"resolve" | "reassign" | null>(null)
  const [tab, setTab] = useState("timeline")
  const note = useRef<HTMLTextAreaElement>(null)
  const isOpen = incident.status !== "resolved"
  useFetchedAhead(ResolveDialog, ReassignDialog)

  const writeNote = () => {
    // The field has to be there at once: who presses the key types on.
    flushSync(() => setTab("timeline"))
    note.current?.focus()
  }
  const act = {
    acknowledge: () => acknowledge(incident),
    resolve: () => setDialog("resolve"),
    reassign: () => setDialog("reassign")
  }
  useKeys(
    mayWrite
      ? {
        n: writeNote,
        ...(incident.status === "triggered" ? { a: act.acknowledge } : {}),
        ...(isOpen ? { r: act.resolve, e: act.reassign } : {})
      }
      : {}
  )

  return (
    <article className="grid max-w-4xl grid-cols-1 gap-4 px-4 py-4 max-lg:pb-20 sm:px-6">
      <IncidentHeader
        incident={incident}
        onPriority={mayWrite && isOpen ? (priority) => setPriority(incident, priority) : undefined}
      />
      <EscalationLine incident={incident} />
      {mayWrite && (
        <ActionBar
          incident={incident}
          pending={pending?.kind}
          onAcknowledge={act.acknowledge}
          onResolve={act.resolve}
          onReassign={act.reassign}
          onNote={writeNote}
        />
      )}
      <Tabs
        label="About this incident"
        value={tab}
        onChange={setTab}
        tabs={[
          {
            id: "timeline",
            label: "Timeline",
            content: (
              <div className="grid grid-cols-1 gap-5">
                <Timeline id={incident.id} />
                {mayWrite && <NoteForm id={incident.id} inputRef={note} />}
              </div>
            )
          },
          { id: "pages", label: "Pages", content: <Notifications id={incident.id} /> },
          {
            id: "alerts",
            label: (
              <>
                Alerts <span className="text-xs text-muted tabular-nums">{incident.alertCount}</span>
              </>
            ),
            content: <Alerts id={incident.id} />
          }
        ]}
      />
      {dialog === "resolve" && (
        <ResolveDialog
          incident={incident}
          onClose={() => setDialog(null)}
          onResolve={(text) => resolve(incident, text)}
        />
      )}
      {dialog === "reassign" && (
        <ReassignDialog
          incident={incident}
          onClose={() => setDialog(null)}
          onReassign={(to, name) => reassign(incident, to, name)}
        />
      )}
    </article>
  )
}
