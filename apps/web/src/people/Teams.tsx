import type { Team } from "@innkeeper/platform/api"
import { Users } from "lucide-react"
import { useState } from "react"
import { Loaded } from "../api/Loaded.tsx"
import { Filtered } from "../forms/Filtered.tsx"
import { RemoveDialog } from "../forms/RemoveDialog.tsx"
import { Badge } from "../ui/Badge.tsx"
import { Button } from "../ui/Button.tsx"
import { Card } from "../ui/Card.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"
import { PersonMark } from "./PersonMark.tsx"
import { TeamForm } from "./TeamForm.tsx"
import { useNameOf, useTeams } from "./usePeople.ts"

/** All teams with their members. */
export function Teams({ may }: { readonly may: boolean }) {
  const teams = useTeams()
  const nameOf = useNameOf()
  const [open, setOpen] = useState<{ readonly kind: "edit" | "delete"; readonly team: Team } | null>(null)
  const close = () => setOpen(null)
  return (
    <>
      <Loaded query={teams}>
        {(teams) =>
          teams.length === 0
            ? (
              <EmptyState title="No team yet" icon={<Users />}>
                A team owns services, and every service needs one.{" "}
                {may ? "Create it above." : "Ask an admin to create it."}
              </EmptyState>
            )
            : (
              <Filtered
                items={teams}
                words={({ members, name, tags }) => [name, ...tags, ...members.map(({ userId }) => nameOf(userId))]}
                what="teams"
              >
                {(teams) => (
                  <div className="grid grid-cols-1 items-start gap-4 md:grid-cols-2">
                    {teams.map((team) => (
                      <TeamCard
                        key={team.id}
                        team={team}
                        may={may}
                        onOpen={(kind) => setOpen({ kind, team })}
                      />
                    ))}
                  </div>
                )}
              </Filtered>
            )}
      </Loaded>
      {open?.kind === "edit" && <TeamForm team={open.team} onClose={close} />}
      {open?.kind === "delete" && (
        <RemoveDialog
          title={`Delete ${open.team.name}?`}
          action="Delete"
          remove={(api) => api.teams.remove({ params: { id: open.team.id } })}
          invalidates={["team", "audit"]}
          onClose={close}
        >
          Its members stay. A team that owns services cannot be deleted.
        </RemoveDialog>
      )}
    </>
  )
}

function TeamCard({ team, may, onOpen }: {
  readonly team: Team
  readonly may: boolean
  readonly onOpen: (kind: "edit" | "delete") => void
}) {
  const nameOf = useNameOf()
  return (
    <Card
      title={team.name}
      actions={may && (
        <>
          <Button tone="quiet" onClick={() => onOpen("edit")}>Edit</Button>
          <Button tone="quiet" onClick={() => onOpen("delete")}>Delete</Button>
        </>
      )}
    >
      {team.members.length === 0
        ? <p className="text-sm text-muted">Nobody is in it yet.</p>
        : (
          <ul className="grid grid-cols-1 gap-2">
            {team.members.map(({ role, userId }) => (
              <li key={userId} className="flex items-center gap-2.5 text-sm">
                <PersonMark name={nameOf(userId)} />
                <span className="min-w-0 truncate">{nameOf(userId)}</span>
                {role === "lead" && <Badge tone="accent">lead</Badge>}
              </li>
            ))}
          </ul>
        )}
      {team.tags.length > 0 && (
        <p className="mt-3 flex flex-wrap gap-1.5 border-t border-line pt-3">
          {team.tags.map((tag) => <Badge key={tag}>{tag}</Badge>)}
        </p>
      )}
    </Card>
  )
}
