import { type Team, TeamInput } from "@innkeeper/platform/api"
import { unreadHint } from "../api/unreadHint.ts"
import { FormDialog } from "../forms/FormDialog.tsx"
import { useForm } from "../forms/useForm.ts"
import { Field, Select, TextInput } from "../ui/Field.tsx"
import { PersonMark } from "./PersonMark.tsx"
import { teamDraftOf, teamPayloadOf, withMember } from "./teamDraft.ts"
import { useUsers } from "./usePeople.ts"

/** Creates a team, or changes `team`. */
export function TeamForm({ team, onClose }: { readonly team: Team | null; readonly onClose: () => void }) {
  const users = useUsers()
  const form = useForm({
    initial: teamDraftOf(team),
    schema: TeamInput,
    toPayload: teamPayloadOf(team),
    save: (payload) => (api) =>
      team === null
        ? api.teams.create({ payload })
        : api.teams.replace({ params: { id: team.id }, payload }),
    invalidates: ["team", "audit"],
    onSaved: onClose
  })
  const { members, name, tags } = form.draft
  const unread = unreadHint(users)
  const roleOf = (id: string) => members.find(({ userId }) => userId === id)?.role ?? "none"
  return (
    <FormDialog
      form={form}
      title={team === null ? "Create a team" : `Edit ${team.name}`}
      action={team === null ? "Create" : "Save"}
      onClose={onClose}
    >
      <Field label="Name" error={form.error("name")}>
        <TextInput value={name} onChange={({ target }) => form.set({ name: target.value })} />
      </Field>
      <Field
        label="Tags"
        hint="Separated by commas. They route alerts that no service claims."
        error={form.error("tags")}
      >
        <TextInput value={tags} onChange={({ target }) => form.set({ tags: target.value })} />
      </Field>
      <fieldset className="grid gap-1">
        <legend className="pb-1 text-sm font-medium">Members</legend>
        {unread !== undefined && <p role="status" className="text-xs text-muted">{unread}</p>}
        <ul className="divide-y divide-line rounded-md border border-line">
          {users.data?.filter(({ deactivatedAt, id }) => deactivatedAt === null || roleOf(id) !== "none").map((
            { id, name }
          ) => (
            <li key={id} className="flex items-center gap-2.5 px-3 py-1 text-sm">
              <PersonMark name={name} />
              <span className="min-w-0 flex-1 truncate">{name}</span>
              <Select
                aria-label={`${name} in the team`}
                className="w-auto!"
                value={roleOf(id)}
                onChange={({ target: { value } }) =>
                  form.set({ members: withMember(members, id, value === "lead" || value === "member" ? value : null) })}
              >
                <option value="none">not in it</option>
                <option value="member">member</option>
                <option value="lead">lead</option>
              </Select>
            </li>
          ))}
        </ul>
      </fieldset>
    </FormDialog>
  )
}
