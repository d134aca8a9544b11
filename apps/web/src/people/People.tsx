import type { User } from "@innkeeper/platform/api"
import { Schema } from "effect"
import { Plus, UserRoundPlus } from "lucide-react"
import { useState } from "react"
import { Loaded } from "../api/Loaded.tsx"
import { useMay } from "../api/useMe.ts"
import { Filtered } from "../forms/Filtered.tsx"
import { RemoveDialog } from "../forms/RemoveDialog.tsx"
import { useSearchState } from "../forms/useSearchState.ts"
import { Button } from "../ui/Button.tsx"
import { Page, PageHeader } from "../ui/PageHeader.tsx"
import { Tabs } from "../ui/Tabs.tsx"
import { EditUserForm } from "./EditUserForm.tsx"
import { NewUserForm } from "./NewUserForm.tsx"
import { roleWords } from "./roleWords.ts"
import { TeamForm } from "./TeamForm.tsx"
import { Teams } from "./Teams.tsx"
import { useUsers } from "./usePeople.ts"
import { type UserAction, UserTable } from "./UserTable.tsx"

type Open =
  | { readonly kind: "new-user" | "new-team" }
  | { readonly kind: UserAction; readonly user: User }
  | null

const View = Schema.Struct({ tab: Schema.optionalKey(Schema.Literal("teams")) })

/** The people of the organisation and its teams. */
export function People() {
  const users = useUsers()
  const may = useMay("users:write")
  const [open, setOpen] = useState<Open>(null)
  const [{ tab }, setView] = useSearchState<{ readonly tab?: "teams" | undefined }>(View, {})
  const close = () => setOpen(null)
  return (
    <Page>
      <PageHeader
        title="People"
        actions={may && (tab === "teams"
          ? (
            <Button
              tone="primary"
              icon={<Plus aria-hidden className="size-4" />}
              onClick={() => setOpen({ kind: "new-team" })}
            >
              Create team
            </Button>
          )
          : (
            <Button
              tone="primary"
              icon={<UserRoundPlus aria-hidden className="size-4" />}
              onClick={() => setOpen({ kind: "new-user" })}
            >
              Add person
            </Button>
          ))}
      >
        Who answers, and how they are reached
      </PageHeader>
      <Tabs
        label="People and teams"
        value={tab ?? "people"}
        onChange={(tab) => setView({ tab: tab === "teams" ? tab : undefined })}
        tabs={[
          {
            id: "people",
            label: "People",
            content: (
              <Loaded query={users}>
                {(users) => (
                  <Filtered
                    items={users}
                    words={({ email, name, role }) => [name, email, roleWords[role].name]}
                    isOver={({ deactivatedAt }) => deactivatedAt !== null}
                    what="people"
                  >
                    {(users) => (
                      <UserTable
                        users={users}
                        may={may}
                        onAction={(kind, user) => setOpen({ kind, user })}
                      />
                    )}
                  </Filtered>
                )}
              </Loaded>
            )
          },
          {
            id: "teams",
            label: "Teams",
            content: <Teams may={may} />
          }
        ]}
      />
      {open?.kind === "new-user" && <NewUserForm onClose={close} />}
      {open?.kind === "new-team" && <TeamForm team={null} onClose={close} />}
      {open?.kind === "edit" && (
        <EditUserForm user={users.data?.find(({ id }) => id === open.user.id) ?? open.user} onClose={close} />
      )}
      {(open?.kind === "deactivate" || open?.kind === "reactivate") && (
        <ActivityDialog user={open.user} active={open.kind === "reactivate"} onClose={close} />
      )}
    </Page>
  )
}

function ActivityDialog({ user, active, onClose }: {
  readonly user: User
  readonly active: boolean
  readonly onClose: () => void
}) {
  return (
    <RemoveDialog
      title={`${active ? "Reactivate" : "Deactivate"} ${user.name}?`}
      action={active ? "Reactivate" : "Deactivate"}
      tone={active ? "primary" : "danger"}
      remove={(api) => api.users.update({ params: { id: user.id }, payload: { active } })}
      invalidates={["user", "schedule", "audit"]}
      onClose={onClose}
    >
      {active
        ? "They can sign in and be paged again."
        : "They are signed out and paged no more. They keep their turns in schedules, and pages in these go to nobody: give the turns to others first."}
    </RemoveDialog>
  )
}
