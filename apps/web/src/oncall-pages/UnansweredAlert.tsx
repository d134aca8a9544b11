import { DateTime } from "effect"
import { TriangleAlert } from "lucide-react"
import { useMay } from "../api/useMe.ts"
import type { Unanswered } from "../lanes/firstUnanswered.ts"
import { momentText } from "../lanes/momentText.ts"
import { useNameOf } from "../people/usePeople.ts"

/** Says when pages go to nobody, why, and what to do about it. */
export function UnansweredAlert({ span: { end, isOpen, start, users }, zone, now }: {
  readonly span: Unanswered
  readonly zone: DateTime.TimeZone
  readonly now: DateTime.Utc
}) {
  const nameOf = useNameOf()
  const mayOverride = useMay("oncall:override")
  const isGap = users.length === 0
  return (
    <p
      role="alert"
      className="mb-3 flex items-start gap-2 rounded-md bg-critical-soft px-3 py-2 text-sm text-critical"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>
        <strong>{isGap ? "Nobody is on call" : "Pages go to nobody"}</strong>{" "}
        {DateTime.isGreaterThan(start, now) && `from ${momentText(start, zone, now)} `}
        {isOpen ? "to the end of this calendar at least." : `until ${momentText(end, zone, now)}.`}
        {users.map((id) => ` ${nameOf(id)} is deactivated.`)}
        {isGap
          ? mayOverride ? " Choose the gap to fill it, or add a layer." : " Ask an admin to fill the gap."
          : mayOverride
          ? " Choose the turn to give it to somebody else."
          : " Ask an admin to give the turn to somebody else."}
      </span>
    </p>
  )
}
