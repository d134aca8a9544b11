import { Link } from "@tanstack/react-router"
import { BellOff, SearchX } from "lucide-react"
import { useMay } from "../api/useMe.ts"
import { useIntegrations, usePolicies, useSchedules, useServices } from "../oncall-pages/queries.ts"
import { firstMissing, setUpSteps } from "../oncall-pages/setUp.ts"
import { useTeams } from "../people/usePeople.ts"
import { Button, buttonClasses } from "../ui/Button.tsx"
import { CopyField } from "../ui/CopyField.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"

/** What stands in place of an empty list. */
export default function NoIncidents({ isFiltered, onClear }: {
  readonly isFiltered: boolean
  readonly onClear: () => void
}) {
  return isFiltered ? <NothingMatches onClear={onClear} /> : <AllQuiet />
}

/** The list is empty because of its filters. */
function NothingMatches({ onClear }: { readonly onClear: () => void }) {
  return (
    <EmptyState
      icon={<SearchX />}
      title="No incident matches"
      action={<Button onClick={onClear}>Clear the filters</Button>}
    >
      Try fewer filters or other words.
    </EmptyState>
  )
}

const testAlert = JSON.stringify({ summary: "Test alert", priority: "low", dedupKey: "test" })

/** All is quiet: says so, and how to see an alert come in, or what is missing until one can. */
function AllQuiet() {
  const { data: integrations } = useIntegrations()
  const door = integrations?.find(({ kind, revokedAt, url }) =>
    kind === "generic" && revokedAt === null && url !== null
  )
  return (
    <EmptyState icon={<BellOff />} title="Nothing is broken">
      {door?.url != null
        ? (
          <div className="grid gap-3">
            <p>To see an alert come in, send a test. It pages whoever is on call.</p>
            <CopyField
              wrap
              label="test command"
              value={`curl -X POST ${door.url} -H 'content-type: application/json' -d '${testAlert}'`}
            />
            <p>
              It goes through “{door.name}”.{" "}
              <Link to="/integrations" className="text-accent underline">All integrations</Link>
            </p>
          </div>
        )
        : integrations?.some(({ revokedAt }) => revokedAt === null) === true
        ? (
          <div className="grid justify-items-center gap-3">
            <p>Alerts come in through integrations. Each shows a command that sends a test alert.</p>
            <Link to="/integrations" className={buttonClasses("primary")}>Go to the integrations</Link>
          </div>
        )
        : integrations !== undefined && <SetUpFurther />}
    </EmptyState>
  )
}

/** What to create next until an alert can come in, for those who may. */
function SetUpFurther() {
  const team = useTeams().data?.length
  const schedule = useSchedules().data?.length
  const policy = usePolicies().data?.length
  const service = useServices().data?.length
  const mayConfigure = useMay("oncall:write")
  const mayCreateTeams = useMay("users:write")
  if (team === undefined || schedule === undefined || policy === undefined || service === undefined) return null
  const missing = firstMissing({ team, schedule, policy, service })
  const { create, link, why } = setUpSteps[missing]
  const may = missing === "team" ? mayCreateTeams : mayConfigure
  return (
    <div className="grid justify-items-center gap-3">
      <p>{why}</p>
      {may
        ? <Link {...link} className={buttonClasses("primary")}>{create}</Link>
        : <p>Ask an admin to create it.</p>}
    </div>
  )
}
