import { X } from "lucide-react"
import { removeAt } from "../forms/lists.ts"
import { useUsers } from "../people/usePeople.ts"
import { Field, Select } from "../ui/Field.tsx"
import { IconButton } from "../ui/IconButton.tsx"
import type { TargetDraft } from "./policyDraft.ts"
import { useSchedules } from "./queries.ts"
import { TargetName } from "./TargetName.tsx"

/** Whom to page: schedules and people. */
export function TargetsField({ label, hint, value, onChange, error }: {
  readonly label: string
  readonly hint?: string
  readonly value: ReadonlyArray<TargetDraft>
  readonly onChange: (targets: ReadonlyArray<TargetDraft>) => void
  readonly error: string | undefined
}) {
  const { data: schedules = [] } = useSchedules()
  const { data: users = [] } = useUsers()
  const isNew = ({ id }: { readonly id: string }) => !value.some((target) => target.id === id)
  return (
    <div className="grid gap-1.5">
      {value.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {value.map((target, index) => (
            <li key={target.id} className="flex items-center rounded-md border border-line pl-2 text-sm">
              <TargetName target={target} />
              <IconButton
                label="Take out"
                onClick={() =>
                  onChange(removeAt(value, index))}
              >
                <X aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <Field label={label} error={error} {...(hint === undefined ? {} : { hint })}>
        <Select
          value=""
          onChange={(event) => {
            const [kind, id] = event.target.value.split(":")
            if (id !== undefined) onChange([...value, { kind: kind === "user" ? "user" : "schedule", id }])
          }}
        >
          <option value="">Add a schedule or person…</option>
          <optgroup label="Schedules">
            {schedules.filter(isNew).map(({ id, name }) => <option key={id} value={`schedule:${id}`}>{name}</option>)}
          </optgroup>
          <optgroup label="People">
            {users.filter((user) => user.deactivatedAt === null && isNew(user)).map(({ id, name }) => (
              <option key={id} value={`user:${id}`}>{name}</option>
            ))}
          </optgroup>
        </Select>
      </Field>
    </div>
  )
}
