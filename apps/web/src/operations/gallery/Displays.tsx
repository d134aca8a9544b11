import { IncidentStatus, Priority } from "@innkeeper/oncall/api"
import { DateTime } from "effect"
import { Inbox } from "lucide-react"
import { useState } from "react"
import { PersonMark } from "../../people/PersonMark.tsx"
import { Badge, type Tone } from "../../ui/Badge.tsx"
import { Button } from "../../ui/Button.tsx"
import { Card } from "../../ui/Card.tsx"
import { EmptyState } from "../../ui/EmptyState.tsx"
import { ErrorState } from "../../ui/ErrorState.tsx"
import { PriorityBadge } from "../../ui/PriorityBadge.tsx"
import { Skeleton } from "../../ui/Skeleton.tsx"
import { StatusBadge } from "../../ui/StatusBadge.tsx"
import { Table, Td, Th } from "../../ui/Table.tsx"
import { Tabs } from "../../ui/Tabs.tsx"
import { Time } from "../../ui/Time.tsx"
import { useNow } from "../../ui/useNow.ts"
import { longText, Specimen } from "./Specimen.tsx"

const tones: ReadonlyArray<Tone> = ["neutral", "accent", "critical", "high", "medium", "low", "ok"]

/** What is looked at. */
export function Displays() {
  const now = useNow()
  const [tab, setTab] = useState("text")
  return (
    <>
      <Specimen name="PriorityBadge, StatusBadge, Badge">
        <div className="grid gap-2">
          <div className="flex flex-wrap gap-2">
            {Priority.literals.map((priority) => <PriorityBadge key={priority} priority={priority} />)}
          </div>
          <div className="flex flex-wrap gap-2">
            {IncidentStatus.literals.map((status) => <StatusBadge key={status} status={status} />)}
          </div>
          <div className="flex flex-wrap gap-2">
            {tones.map((tone) => <Badge key={tone} tone={tone}>{tone}</Badge>)}
          </div>
        </div>
      </Specimen>
      <Specimen name="Time: fresh, old, soon; PersonMark">
        <div className="flex flex-wrap items-center gap-4 text-sm">
          <Time at={DateTime.subtract(now, { minutes: 2 })} />
          <Time at={DateTime.subtract(now, { days: 400 })} />
          <Time at={DateTime.add(now, { hours: 3 })} />
          <PersonMark name="Ada Lovelace" />
          <PersonMark name="Ada Lovelace" large />
        </div>
      </Specimen>
      <Specimen name="Card, with long text">
        <Card title={longText} actions={<Button tone="quiet">Edit</Button>}>
          <p className="text-sm break-words">{longText}</p>
        </Card>
      </Specimen>
      <Specimen name="Tabs">
        <Tabs
          label="Forms"
          value={tab}
          onChange={setTab}
          tabs={[
            { id: "text", label: "Text", content: <p className="text-sm">Plain</p> },
            { id: "html", label: "HTML", content: <p className="text-sm">Marked up</p> }
          ]}
        />
      </Specimen>
      <Specimen name="Table: few rows">
        <Table
          label="Services"
          head={
            <>
              <Th>Service</Th>
              <Th>Open</Th>
            </>
          }
        >
          {["Payments API", longText].map((name) => (
            <tr key={name}>
              <Td className="max-w-60 truncate">{name}</Td>
              <Td>3</Td>
            </tr>
          ))}
        </Table>
      </Specimen>
      <Specimen name="Loading">
        <Skeleton rows={3} />
      </Specimen>
      <Specimen name="Empty">
        <EmptyState title="No mail yet" icon={<Inbox />} action={<Button tone="primary">Create</Button>}>
          Pages by email arrive here.
        </EmptyState>
      </Specimen>
      <Specimen name="Error">
        <ErrorState message="The server cannot be reached. Check the connection and try again." onRetry={() => {}} />
      </Specimen>
    </>
  )
}
