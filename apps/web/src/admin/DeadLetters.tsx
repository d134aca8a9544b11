import type { DeadLetter, DeadLetterId } from "@innkeeper/runtime/api"
import { DeadLetterState } from "@innkeeper/runtime/api"
import { Schema } from "effect"
import { MailCheck, RotateCcw, Trash2 } from "lucide-react"
import { useState } from "react"
import { useSearchState } from "../forms/useSearchState.ts"
import { Button } from "../ui/Button.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"
import { Field, Select } from "../ui/Field.tsx"
import { Page, PageHeader } from "../ui/PageHeader.tsx"
import { RowButton } from "../ui/RowButton.tsx"
import { Table, Td, Th } from "../ui/Table.tsx"
import { Time } from "../ui/Time.tsx"
import { DeadLetterBadge, deadLetterStates } from "./DeadLetterBadge.tsx"
import { DeadLetterDialog } from "./DeadLetterDialog.tsx"
import { DeadLettersDialog } from "./DeadLettersDialog.tsx"
import { Listed } from "./Listed.tsx"
import { SearchField } from "./SearchField.tsx"
import { useAdminPages, useAdminQuery } from "./useAdmin.ts"
import { useTenantName } from "./useTenantName.ts"

const View = Schema.Struct({
  state: Schema.optionalKey(Schema.Union([DeadLetterState, Schema.Literal("all")])),
  consumer: Schema.optionalKey(Schema.String),
  text: Schema.optionalKey(Schema.String),
  letter: Schema.optionalKey(Schema.String)
})

interface View {
  readonly state?: DeadLetterState | "all" | undefined
  readonly consumer?: string | undefined
  readonly text?: string | undefined
  /** Id of the letter that is looked at. */
  readonly letter?: string | undefined
}

/** Events that nobody could handle, and what became of them. */
export function DeadLetters() {
  const [view, setView] = useSearchState<View>(View, {})
  const tenantName = useTenantName()
  const { consumer, state = "dead", text } = view
  const [deciding, setDeciding] = useState<"replay" | "discard" | null>(null)
  const consumers = useAdminQuery(["consumers"], (api) => api.consumers.list())
  const names = new Set([
    ...(consumers.data ?? []).map(({ name }) => name),
    ...consumer === undefined ? [] : [consumer]
  ])
  const pages = useAdminPages(
    ["dead-letters", state, consumer, text],
    (cursor) => (api) =>
      api.deadLetters.search({
        query: {
          ...(state === "all" ? {} : { state }),
          ...(consumer === undefined ? {} : { consumer }),
          ...(text === undefined ? {} : { text: text.slice(0, 200) }),
          ...(cursor === null ? {} : { cursor: cursor as DeadLetterId })
        }
      })
  )
  return (
    <Page>
      <PageHeader title="Dead letters">
        Events that their consumer could not handle. The others went on; these wait for a decision.
      </PageHeader>
      <div className="flex flex-wrap items-end gap-3 pb-4">
        <SearchField
          value={text ?? ""}
          placeholder="Words of the error or of the event"
          onChange={(text) => setView({ text })}
        />
        <Field label="Consumer" className="basis-48">
          <Select
            value={consumer ?? ""}
            onChange={({ target }) => setView({ consumer: target.value === "" ? undefined : target.value })}
          >
            <option value="">All</option>
            {[...names].map((name) => <option key={name} value={name}>{name}</option>)}
          </Select>
        </Field>
        <Field label="State" className="basis-40">
          <Select
            value={state}
            onChange={({ target }) =>
              setView({ state: target.value === "dead" ? undefined : target.value as View["state"] })}
          >
            {DeadLetterState.literals.map((state) => (
              <option key={state} value={state}>{deadLetterStates[state].label}</option>
            ))}
            <option value="all">All</option>
          </Select>
        </Field>
        {state === "dead" && pages.items !== undefined && pages.items.length > 0 && (
          <div className="ml-auto flex gap-2">
            <Button icon={<Trash2 aria-hidden className="size-4" />} onClick={() => setDeciding("discard")}>
              Discard all
            </Button>
            <Button icon={<RotateCcw aria-hidden className="size-4" />} onClick={() => setDeciding("replay")}>
              Replay all
            </Button>
          </div>
        )}
      </div>
      <Listed
        pages={pages}
        empty={
          <EmptyState title="No dead letters" icon={<MailCheck />}>
            {state === "dead" && text === undefined && consumer === undefined
              ? "Every event was handled, or is on its way."
              : "None fits what you look for."}
          </EmptyState>
        }
      >
        {(letters) => (
          <Table
            label="Dead letters"
            head={
              <>
                <Th>Event</Th>
                <Th className="max-md:hidden">Consumer</Th>
                <Th className="max-md:hidden">Tenant</Th>
                <Th className="max-sm:hidden">Put aside</Th>
                <Th>State</Th>
              </>
            }
          >
            {letters.map((letter) => (
              <Row
                key={letter.id}
                letter={letter}
                tenant={tenantName(letter.tenantId)}
                onOpen={() => setView({ letter: letter.id })}
              />
            ))}
          </Table>
        )}
      </Listed>
      {deciding !== null && (
        <DeadLettersDialog
          action={deciding}
          consumer={consumer}
          text={text}
          onClose={() => setDeciding(null)}
        />
      )}
      {view.letter !== undefined && (
        <DeadLetterDialog
          key={view.letter}
          id={view.letter as DeadLetterId}
          tenantName={tenantName}
          onClose={() => setView({ letter: undefined })}
        />
      )}
    </Page>
  )
}

function Row({ letter, tenant, onOpen }: {
  readonly letter: DeadLetter
  readonly tenant: string
  readonly onOpen: () => void
}) {
  return (
    <tr className="hover:bg-hover">
      <Td className="w-full max-w-0 md:w-1/2">
        <RowButton onOpen={onOpen}>{letter.type}</RowButton>
        <p className="truncate text-xs text-muted" title={letter.error}>{letter.error.split("\n", 1)[0]}</p>
      </Td>
      <Td className="max-md:hidden">{letter.consumer}</Td>
      <Td className="max-md:hidden">{tenant}</Td>
      <Td className="max-sm:hidden">
        <Time at={letter.at} />
      </Td>
      <Td>
        <DeadLetterBadge state={letter.state} />
      </Td>
    </tr>
  )
}
