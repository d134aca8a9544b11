import type { EscalationPolicy, ServiceOnCall } from "@innkeeper/oncall/api"
import type { UserId } from "@innkeeper/platform/api"
import { Link } from "@tanstack/react-router"
import type { DateTime } from "effect"
import { BellOff, TriangleAlert } from "lucide-react"
import { useMay } from "../api/useMe.ts"
import { momentText } from "../lanes/momentText.ts"
import { PersonMark } from "../people/PersonMark.tsx"
import { classes } from "../ui/classes.ts"
import { type Cover, type LevelCover, onwardText, whenPaged } from "./coverage.ts"
import { repeatText } from "./policyMoments.ts"
import { TargetName } from "./TargetName.tsx"

interface Reading {
  readonly zone: DateTime.TimeZone
  readonly now: DateTime.Utc
  readonly nameOf: (id: UserId) => string
}

/** Who stands behind each level of a service. A level behind which nobody stands is loud. */
export function ServiceCover({ service, policy, levels, ...reading }: Reading & {
  readonly service: ServiceOnCall
  /** Left out while it is not known. */
  readonly policy?: EscalationPolicy | undefined
  readonly levels: ReadonlyArray<LevelCover>
}) {
  return (
    <li className="rounded-lg border border-line bg-surface">
      <header className="flex flex-wrap items-baseline gap-x-3 border-b border-line px-4 py-2.5">
        <h2 className="min-w-0 flex-1 truncate font-semibold">{service.serviceName}</h2>
        <p className="truncate text-xs text-muted">{service.policyName}</p>
      </header>
      <ol>
        {levels.map((level, index) => (
          <li key={level.level} className={classes("px-4 py-2.5", index > 0 && "border-t border-line")}>
            <p className="text-xs text-muted">
              Level {level.level}, {whenPaged(levels, index)}
            </p>
            {level.gap && (
              <Gap
                level={level}
                onward={onwardText(levels, index, policy)}
                isComplete={policy !== undefined}
                {...reading}
              />
            )}
            <ul className="grid gap-1.5">
              {level.covers.map((cover, index) => (
                <CoverLine key={index} cover={cover} large={level.level === 1} gap={level.gap} {...reading} />
              ))}
            </ul>
          </li>
        ))}
      </ol>
      {policy !== undefined && <Afterwards policy={policy} />}
    </li>
  )
}

/** What follows the last level: further passes, and the last resort. */
function Afterwards({ policy: { lastResort, repeat } }: { readonly policy: EscalationPolicy }) {
  if (repeat === 0 && lastResort.length === 0) return null
  return (
    <p className="flex flex-wrap gap-x-3 gap-y-1 border-t border-line px-4 py-2.5 text-xs text-muted">
      {repeat > 0 && <span>{repeatText(repeat)}</span>}
      {lastResort.length > 0 && <span>Last resort:</span>}
      {lastResort.map((target) => <TargetName key={target.id} target={target} />)}
    </p>
  )
}

function CoverLine({ cover, large, gap, zone, now, nameOf }: Reading & {
  readonly cover: Cover
  readonly large: boolean
  /** The whole level is a gap, which is told already. */
  readonly gap: boolean
}) {
  if (cover.kind === "gap") {
    return gap ?
      null :
      <li className="pt-1.5 text-sm text-critical">Nobody is on call in {cover.schedule.scheduleName}</li>
  }
  const next = cover.kind === "shift" ? cover.schedule.next : null
  return (
    <li className="flex items-center gap-3 pt-1.5">
      <PersonMark name={cover.name} large={large} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className={classes("max-w-full truncate", large && "font-medium")}>{cover.name}</span>
          {!cover.reachable && (
            <span className="inline-flex items-center gap-1 text-xs font-medium whitespace-nowrap text-critical">
              <BellOff aria-hidden className="size-3.5" />cannot be reached
            </span>
          )}
        </p>
        {cover.kind === "shift" && (
          <p className="text-sm text-muted">
            until {momentText(cover.shift.end, zone, now)}
            {next !== null && <>, then {nameOf(next.userId)}</>}
            {" · "}
            <Link
              to="/schedules/$scheduleId"
              params={{ scheduleId: cover.schedule.scheduleId }}
              className="underline decoration-line-strong underline-offset-2 hover:text-ink"
            >
              {cover.schedule.scheduleName}
            </Link>
          </p>
        )}
      </div>
    </li>
  )
}

function Gap({ level, onward, isComplete, zone, now, nameOf }: Reading & {
  readonly level: LevelCover
  /** Where an alert goes on to from here; null when that is not known. */
  readonly onward: string | null
  /** Whether `level` has all that its policy names. */
  readonly isComplete: boolean
}) {
  const mayOverride = useMay("oncall:override")
  const unreachable = level.covers.filter((cover) => cover.kind !== "gap")
  const empty = level.covers.flatMap((cover) => cover.kind === "gap" ? [cover.schedule] : [])
  return (
    <div role="alert" className="my-1.5 grid gap-1 rounded-md bg-critical-soft px-3 py-2 text-sm text-critical">
      <p className="flex items-center gap-2 text-base font-semibold">
        <TriangleAlert aria-hidden className="size-4.5 shrink-0" />
        {unreachable.length > 0 ? "Nobody can be reached" : "Nobody is on call"}
      </p>
      {onward !== null && <p>{onward}</p>}
      {unreachable.length > 0 && <p>Somebody active with a contact method is needed here. See People.</p>}
      {empty.map((schedule) => (
        <p key={schedule.scheduleId}>
          {schedule.next === null
            ? `${schedule.scheduleName} has nobody from here on.`
            : `${nameOf(schedule.next.userId)} follows on ${momentText(schedule.next.start, zone, now)}.`}{" "}
          <Link
            to="/schedules/$scheduleId"
            params={{ scheduleId: schedule.scheduleId }}
            className="font-medium underline underline-offset-2"
          >
            {mayOverride ? `Add an override to ${schedule.scheduleName}` : `Look at ${schedule.scheduleName}`}
          </Link>
        </p>
      ))}
      {isComplete && level.covers.length === 0 && (
        <p>The policy names a schedule or person that is gone. Change its steps.</p>
      )}
    </div>
  )
}
