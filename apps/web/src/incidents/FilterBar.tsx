import { IncidentStatus, Priority, type ServiceId } from "@innkeeper/oncall/api"
import { Effect } from "effect"
import { Search } from "lucide-react"
import { type RefObject, useEffect, useEffectEvent, useRef, useState } from "react"
import { useServices } from "../oncall-pages/queries.ts"
import { Select, TextInput } from "../ui/Field.tsx"
import { priorities } from "../ui/PriorityBadge.tsx"
import { runWhileShown } from "../ui/runWhileShown.ts"
import { statuses } from "../ui/StatusBadge.tsx"
import type { IncidentFilters } from "./filters.ts"

/** Chooses which incidents are listed; the choice goes into the address. `compact` puts the search over the rest. */
export function FilterBar({ filters, onChange, compact, searchRef }: {
  readonly filters: IncidentFilters
  readonly onChange: (filters: IncidentFilters) => void
  readonly compact: boolean
  readonly searchRef: RefObject<HTMLInputElement | null>
}) {
  const services = useServices()
  return (
    <search
      aria-label="Incidents"
      className={`grid grid-cols-3 gap-2 ${compact ? "" : "md:grid-cols-[2fr_1fr_1fr_1fr]"}`}
    >
      <SearchField
        text={filters.text ?? ""}
        inputRef={searchRef}
        compact={compact}
        onChange={(text) => {
          const { text: _, ...rest } = filters
          onChange(text === "" ? rest : { ...rest, text })
        }}
      />
      <Select
        aria-label="Status"
        value={filters.status ?? "open"}
        onChange={({ target: { value } }) => {
          const { status: _, ...rest } = filters
          onChange(value === "open" ? rest : { ...rest, status: value as IncidentStatus | "all" })
        }}
      >
        <option value="open">Open</option>
        {IncidentStatus.literals.map((status) => <option key={status} value={status}>{statuses[status].label}</option>)}
        <option value="all">All</option>
      </Select>
      <Select
        aria-label="Priority"
        value={filters.priority ?? ""}
        onChange={({ target: { value } }) => {
          const { priority: _, ...rest } = filters
          onChange(value === "" ? rest : { ...rest, priority: value as Priority })
        }}
      >
        <option value="">Priority</option>
        {Priority.literals.map((priority) => (
          <option key={priority} value={priority}>{priorities[priority].label}</option>
        ))}
      </Select>
      <Select
        aria-label="Service"
        value={filters.service ?? ""}
        onChange={({ target: { value } }) => {
          const { service: _, ...rest } = filters
          onChange(value === "" ? rest : { ...rest, service: value as ServiceId })
        }}
      >
        <option value="">Service</option>
        {services.data?.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </Select>
    </search>
  )
}

/** How long somebody must pause before what they typed is searched. */
const pause = "250 millis"

function SearchField({ text, onChange, inputRef, compact }: {
  readonly text: string
  readonly onChange: (text: string) => void
  readonly inputRef: RefObject<HTMLInputElement | null>
  readonly compact: boolean
}) {
  const [typed, setTyped] = useState(text)
  const told = useRef(text)
  useEffect(() => {
    // The address changed by other means than this field, such as the back button.
    if (told.current !== text) {
      told.current = text
      setTyped(text)
    }
  }, [text])

  const tell = useEffectEvent((words: string) => {
    told.current = words
    onChange(words)
  })
  useEffect(() => {
    const words = typed.trim()
    if (words === told.current) return
    return runWhileShown(Effect.delay(Effect.sync(() => tell(words)), pause))
  }, [typed])

  return (
    <div className={compact ? "relative col-span-3" : "relative max-md:col-span-3"}>
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted"
      />
      <TextInput
        ref={inputRef}
        type="search"
        aria-label="Search the incidents"
        placeholder="Title, label, source or #number"
        maxLength={200}
        className="pl-8"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  )
}
