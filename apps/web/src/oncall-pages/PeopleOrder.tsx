import type { UserId } from "@innkeeper/platform/api"
import { ArrowDown, ArrowUp, X } from "lucide-react"
import { unreadHint } from "../api/unreadHint.ts"
import { moveAt, removeAt } from "../forms/lists.ts"
import { moveRow } from "../forms/moveRow.ts"
import { choiceName } from "../people/choiceName.ts"
import { PersonMark } from "../people/PersonMark.tsx"
import { useUsers } from "../people/usePeople.ts"
import { Field, Select } from "../ui/Field.tsx"
import { IconButton } from "../ui/IconButton.tsx"

/** People in the order of their turns. The same person may have several turns. */
export function PeopleOrder({ value, onChange, error }: {
  readonly value: ReadonlyArray<UserId>
  readonly onChange: (users: ReadonlyArray<UserId>) => void
  readonly error: string | undefined
}) {
  const users = useUsers()
  const nameOf = (id: UserId) =>
    users.data === undefined ? "…" : users.data.find((user) => user.id === id)?.name ?? "Somebody who is gone"
  return (
    <div className="grid gap-1.5">
      {value.length > 0 && (
        <ol className="divide-y divide-line rounded-md border border-line">
          {value.map((id, index) => {
            const move = (by: number) => onChange(moveAt(value, index, by))
            return (
              <li key={index} className="flex items-center gap-2 py-0.5 pr-0.5 pl-2.5 text-sm">
                <span className="w-5 text-xs text-muted tabular-nums">{index + 1}</span>
                <PersonMark name={nameOf(id)} />
                <span className="min-w-0 flex-1 truncate">{nameOf(id)}</span>
                <IconButton
                  label={`Move ${nameOf(id)} up`}
                  disabled={index === 0}
                  onClick={({ currentTarget }) => moveRow(currentTarget, -1, move)}
                >
                  <ArrowUp aria-hidden />
                </IconButton>
                <IconButton
                  label={`Move ${nameOf(id)} down`}
                  disabled={index === value.length - 1}
                  onClick={({ currentTarget }) => moveRow(currentTarget, 1, move)}
                >
                  <ArrowDown aria-hidden />
                </IconButton>
                <IconButton label={`Take ${nameOf(id)} out`} onClick={() => onChange(removeAt(value, index))}>
                  <X aria-hidden />
                </IconButton>
              </li>
            )
          })}
        </ol>
      )}
      <Field label="People, in the order of their turns" hint={unreadHint(users)} error={error}>
        <Select
          value=""
          onChange={(event) => {
            const user = users.data?.find(({ id }) => id === event.target.value)
            if (user !== undefined) onChange([...value, user.id])
          }}
        >
          <option value="">Add a person…</option>
          {users.data?.filter(({ deactivatedAt }) => deactivatedAt === null).map((user) => (
            <option key={user.id} value={user.id}>{choiceName(user)}</option>
          ))}
        </Select>
      </Field>
    </div>
  )
}
