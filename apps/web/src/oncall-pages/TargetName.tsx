import { CalendarDays, UserRound } from "lucide-react"
import { useUsers } from "../people/usePeople.ts"
import type { TargetDraft } from "./policyDraft.ts"
import { useSchedules } from "./queries.ts"

/** The names of targets; dots for one that is not known here. */
export const useTargetName = (): (target: TargetDraft) => string => {
  const { data: schedules } = useSchedules()
  const { data: users } = useUsers()
  return ({ id, kind }) => {
    const known: ReadonlyArray<{ readonly id: string; readonly name: string }> | undefined = kind === "user"
      ? users
      : schedules
    return known?.find((one) => one.id === id)?.name ?? "…"
  }
}

/** A schedule or a person, told apart by a picture. */
export function TargetName({ target }: { readonly target: TargetDraft }) {
  const nameOf = useTargetName()
  const Icon = target.kind === "user" ? UserRound : CalendarDays
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5">
      <Icon aria-label={target.kind === "user" ? "Person" : "Schedule"} className="size-4 shrink-0 text-muted" />
      <span className="truncate">{nameOf(target)}</span>
    </span>
  )
}
