import { Link } from "@tanstack/react-router"
import { BellOff, SearchX } from "lucide-react"
import { useIntegrations } from "../oncall-pages/queries.ts"
import { Button, buttonClasses } from "../ui/Button.tsx"
import { CopyField } from "../ui/CopyField.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"

/** The list is empty because of its filters. */
export function NothingMatches({ onClear }: { readonly onClear: () => void }) {
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

/** All is quiet: says so, and how to see an alert come in. */
export function AllQuiet() {
  const door = useIntegrations().data?.find(({ kind, revokedAt, url }) =>
    kind === "generic" && revokedAt === null && url !== null
  )
  return (
    <EmptyState icon={<BellOff />} title="Nothing is broken">
      {door?.url == null
        ? (
          <div className="grid justify-items-center gap-3">
            <p>Alerts come in through integrations. Create one, and it shows a command that sends a test alert.</p>
            <Link to="/integrations" className={buttonClasses("primary")}>Go to the integrations</Link>
          </div>
        )
        : (
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
        )}
    </EmptyState>
  )
}
