import { X } from "lucide-react"
import { unreadHint } from "../api/unreadHint.ts"
import { removeAt } from "../forms/lists.ts"
import { choiceName } from "../people/choiceName.ts"
import { useUsers } from "../people/usePeople.ts"
import { Field, Select } from "../ui/Field.tsx"
import { IconButton } from "../ui/IconButton.tsx"
import type { TargetDraft } from "./policyDraft.ts"
import { useSchedules } from "./queries.ts"
import { TargetName, useTargetName } from "./TargetName.tsx"

/** Whom to page: schedules and people. */
export function TargetsField({ label, hint, value, onChange, error }: {
  readonly label: string
  readonly hint?: string
  readonly value: ReadonlyArray<TargetDraft>
  readonly onChange: (targets: ReadonlyArray<TargetDraft>) => void
  readonly error: string | undefined
}) {
  const schedules = useSchedules()
  const users = useUsers()
  const nameOf = useTargetName()
  const isNew = ({ id }: { readonly id: string }) => !value.some((target) => target.id === id)
  return (
    <div className="grid gap-1.5">
      {value.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {value.map((target, index) => (
            <li key={target.id} className="flex min-w-0 items-center rounded-md border border-line pl-2 text-sm">
              <TargetName target={target} />
              <IconButton
                label={`Take ${nameOf(target)} out`}
                onClick={() =>
                  onChange(removeAt(value, index))}
              >
                <X aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <Field label={label} error={error} hint={unreadHint(schedules, users) ?? hint}>
        <Select
          value=""
          onChange={(event) => {
            const [kind, id] = event.target.value.split(":")
            if (id !== undefined) onChange([...value, { kind: kind === "user" ? "user" : "schedule", id }])
          }}
        >
          <option value="">Add a schedule or person…</option>
          <optgroup label="Schedules">
            {schedules.data?.filter(isNew).map(({ id, name }) => (
              <option key={id} value={`schedule:${id}`}>{name}</option>
            ))}
          </optgroup>
          <optgroup label="People">
            {users.data?.filter((user) => user.deactivatedAt === null && isNew(user)).map((user) => (
              <option key={user.id} value={`user:${user.id}`}>{choiceName(user)}</option>
            ))}
          </optgroup>
        </Select>
      </Field>
    </div>
  )
}
