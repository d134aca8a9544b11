import { Assignment, type Incident } from "@innkeeper/oncall/api"
import { Option, Schema } from "effect"
import { type SubmitEvent, useId, useState } from "react"
import { unreadHint } from "../api/unreadHint.ts"
import { usePolicies } from "../oncall-pages/queries.ts"
import { choiceName } from "../people/choiceName.ts"
import { useUsers } from "../people/usePeople.ts"
import { Button } from "../ui/Button.tsx"
import { Dialog } from "../ui/Dialog.tsx"
import { Field, Select } from "../ui/Field.tsx"

const assignmentOf = Schema.decodeUnknownOption(Assignment)

/** Moves an incident to a person, who is paged at once, or to another policy, which starts at its first level. */
export default function ReassignDialog({ incident, onClose, onReassign }: {
  readonly incident: Incident
  readonly onClose: () => void
  readonly onReassign: (to: Assignment, name: string) => void
}) {
  const form = useId()
  const users = useUsers()
  const policies = usePolicies()
  const [chosen, setChosen] = useState("")
  const [error, setError] = useState<string>()

  const people = users.data?.filter(({ deactivatedAt }) => deactivatedAt === null) ?? []
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const [kind, id] = chosen.split(":")
    const name = [...people, ...policies.data ?? []].find((one) => one.id === id)?.name
    const to = assignmentOf({ kind, id })
    if (Option.isNone(to) || name === undefined) {
      setError("Choose a person or a policy.")
      return
    }
    onReassign(to.value, name)
    onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={`Reassign #${incident.number}`}
      description={incident.title}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} tone="primary">Reassign</Button>
        </>
      }
    >
      <form id={form} noValidate onSubmit={submit}>
        <Field
          label="To whom"
          hint={unreadHint(users, policies) ?? "A person is paged at once. A policy starts at its first level."}
          error={error}
        >
          <Select autoFocus value={chosen} onChange={(event) => setChosen(event.target.value)}>
            <option value="">Choose a person or a policy</option>
            <optgroup label="People">
              {people.map((user) => <option key={user.id} value={`user:${user.id}`}>{choiceName(user)}</option>)}
            </optgroup>
            <optgroup label="Escalation policies">
              {policies.data?.map(({ id, name }) => <option key={id} value={`policy:${id}`}>{name}</option>)}
            </optgroup>
          </Select>
        </Field>
      </form>
    </Dialog>
  )
}
