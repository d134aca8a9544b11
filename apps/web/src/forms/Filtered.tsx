import { Schema } from "effect"
import { SearchX } from "lucide-react"
import { type ReactNode, startTransition, useEffect, useRef, useState } from "react"
import { Button } from "../ui/Button.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"
import { Field, TextInput } from "../ui/Field.tsx"
import { matching } from "./matching.ts"
import { useSearchState } from "./useSearchState.ts"

const Search = Schema.Struct({ find: Schema.optionalKey(Schema.String) })

/** A list that is longer does not fit on a screen, and to look for one thing in it takes a while. */
const short = 12

/** So many are drawn at first: thousands would make each letter wait. */
const many = 200

/** A list that its reader narrows by words, from the length at which that helps. The words are kept in the address. */
export function Filtered<A>({ items, words, isOver, what, children }: {
  readonly items: ReadonlyArray<A>
  /** What an item is called, in all ways. */
  readonly words: (item: A) => ReadonlyArray<string | undefined>
  /** Whether an item is of no use any more; those come last. */
  readonly isOver?: ((item: A) => boolean) | undefined
  /** What the items are, such as `services`. */
  readonly what: string
  readonly children: (items: ReadonlyArray<A>) => ReactNode
}) {
  const [{ find = "" }, setSearch] = useSearchState<{ readonly find?: string | undefined }>(Search, {})
  const field = useRef<HTMLInputElement>(null)
  const typed = useRef(new Set([find]))
  useEffect(() => {
    // The address changed by other means than this field. What is typed fast comes into it later, word by word.
    if (!typed.current.has(find) && field.current !== null) field.current.value = find
    if (field.current?.value === find) typed.current = new Set([find])
  }, [find])
  const [all, setAll] = useState(false)
  const ordered = isOver === undefined ? items : items.toSorted((a, b) => Number(isOver(a)) - Number(isOver(b)))
  const found = matching(ordered, find, words)
  const drawn = all ? found : found.slice(0, many)
  if (items.length <= short && find === "") return children(ordered)
  return (
    <>
      <search className="mb-3 flex flex-wrap items-end gap-3">
        <Field label={`Find ${what}`} className="min-w-0 flex-1 basis-60 sm:max-w-80">
          <TextInput
            ref={field}
            type="search"
            maxLength={200}
            defaultValue={find}
            onChange={({ target: { value } }) => {
              typed.current.add(value)
              startTransition(() => setSearch({ find: value === "" ? undefined : value }))
            }}
          />
        </Field>
        <p role="status" className="pb-2 text-sm text-muted">
          {found.length === items.length ? `${items.length} ${what}` : `${found.length} of ${items.length} ${what}`}
        </p>
      </search>
      {found.length > 0 ? children(drawn) : (
        <EmptyState
          title={`No ${what} have these words`}
          icon={<SearchX />}
          action={<Button onClick={() => setSearch({ find: undefined })}>Show all</Button>}
        >
          Every word is looked for in all that a line says.
        </EmptyState>
      )}
      {drawn.length < found.length && (
        <p className="mt-3 flex items-center gap-3 text-sm text-muted">
          The first {drawn.length} are shown. <Button onClick={() => setAll(true)}>Show all {found.length}</Button>
        </p>
      )}
    </>
  )
}
