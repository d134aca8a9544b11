import { useNavigate } from "@tanstack/react-router"
import { Search } from "lucide-react"
import { Dialog as Radix } from "radix-ui"
import { type KeyboardEvent, useDeferredValue, useEffect, useEffectEvent, useId, useState } from "react"
import { problemText } from "../api/problem.ts"
import { useQuery } from "../api/useQuery.ts"
import { classes } from "../ui/classes.ts"
import { StatusBadge } from "../ui/StatusBadge.tsx"
import { useFocusReturn } from "../ui/useFocusReturn.ts"
import type { Destination } from "./destinations.ts"

/** Goes to a page by a few letters of its name, or to an incident by its words or number. */
export default function Palette({ destinations, onClose }: {
  readonly destinations: ReadonlyArray<Destination>
  readonly onClose: () => void
}) {
  const [text, setText] = useState("")
  const [chosen, setChosen] = useState(0)
  const [entered, setEntered] = useState(false)
  const words = useDeferredValue(text.trim())
  const navigate = useNavigate()
  const listId = useId()
  const returnFocus = useFocusReturn()

  const incidents = useQuery(
    ["incident", "find", words],
    // A number alone goes to the incident that has it, before all that mention it.
    (api) => api.incidents.list({ query: { text: words.replace(/^(?=\d{1,9}$)/, "#"), limit: 8 } }),
    { enabled: words !== "", keepPrevious: true }
  )
  /** What is listed is not what was typed, as yet. */
  const isBehind = words !== text.trim() || words !== "" && (incidents.isPending || incidents.isPlaceholderData)
  const pages = destinations.filter(({ label }) => label.toLowerCase().includes(words.toLowerCase()))
  const entries = [
    ...pages.map(({ external, Icon, label, to }) => ({
      id: to,
      go: () => external === true ? void window.open(to, "_blank", "noreferrer") : void navigate({ to }),
      content: (
        <>
          <Icon aria-hidden className="size-4 text-muted" />
          <span className="flex-1">{label}</span>
        </>
      )
    })),
    ...(words === "" ? [] : incidents.data?.items ?? []).map(({ id, number, status, title }) => ({
      id: id as string,
      go: () => void navigate({ to: "/incidents/$incidentId", params: { incidentId: id } }),
      content: (
        <>
          <span className="text-muted tabular-nums">#{number}</span>
          <span className="min-w-0 flex-1 truncate">{title}</span>
          <StatusBadge status={status} />
        </>
      )
    }))
  ]
  const current = Math.min(chosen, entries.length - 1)
  const go = (index: number) => {
    const entry = entries[index]
    if (entry === undefined) return
    onClose()
    entry.go()
  }
  const enter = useEffectEvent(() => go(current))
  useEffect(() => {
    if (entered && !isBehind) enter()
  }, [entered, isBehind])
  const press = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0
    if (step !== 0 && entries.length > 0) {
      event.preventDefault()
      const next = (current + step + entries.length) % entries.length
      setChosen(next)
      document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: "nearest" })
    } else if (event.key === "Enter") {
      event.preventDefault()
      setEntered(true)
    }
  }

  return (
    <Radix.Root open onOpenChange={(open) => open || onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-shade" />
        <Radix.Content
          aria-describedby={undefined}
          onCloseAutoFocus={returnFocus}
          className="fixed inset-x-3 top-3 z-50 mx-auto flex max-h-[70dvh] max-w-xl flex-col rounded-xl border border-line bg-raised shadow-xl sm:top-[12vh]"
        >
          <Radix.Title className="sr-only">Find a page or an incident</Radix.Title>
          <div className="flex items-center gap-2 border-b border-line px-4">
            <Search aria-hidden className="size-4 text-muted" />
            <input
              role="combobox"
              aria-expanded={entries.length > 0}
              aria-controls={listId}
              aria-activedescendant={entries.length > 0 ? `${listId}-${current}` : undefined}
              aria-label="Find a page or an incident"
              placeholder="A page, words of an incident, or #number"
              className="h-12 min-w-0 flex-1 bg-transparent outline-none placeholder:text-muted"
              value={text}
              onChange={(event) => {
                setText(event.target.value)
                setChosen(0)
                setEntered(false)
              }}
              onKeyDown={press}
            />
          </div>
          <div
            id={listId}
            role="listbox"
            aria-label="Found"
            aria-busy={isBehind}
            hidden={entries.length === 0}
            className={classes("min-h-0 overflow-y-auto p-1.5", isBehind && "opacity-60")}
          >
            {entries.map((entry, index) => (
              <div
                key={entry.id}
                id={`${listId}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === current}
                className={classes(
                  "control flex cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-sm",
                  index === current && "bg-accent-soft"
                )}
                onPointerMove={() => setChosen(index)}
                onClick={() => go(index)}
                onKeyDown={press}
              >
                {entry.content}
              </div>
            ))}
          </div>
          {entries.length === 0 && (
            <p role="status" className="px-3 py-6 text-center text-sm text-muted">
              {incidents.isFetching
                ? "Searching…"
                : incidents.error === null
                ? "Nothing found. Try other words, or an incident's number."
                : problemText(incidents.error)}
            </p>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
