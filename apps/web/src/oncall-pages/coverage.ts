import type { EscalationPlan, EscalationPolicy, OnCall, ServiceOnCall, Shift, Target } from "@innkeeper/oncall/api"
import { lengthText } from "../lanes/momentText.ts"

/** Whom one target of a level stands for; a `gap` is a schedule that nobody has. */
export type Cover =
  | { readonly kind: "person"; readonly name: string; readonly reachable: boolean }
  | {
    readonly kind: "shift"
    readonly schedule: typeof OnCall.Type
    readonly shift: Shift
    readonly name: string
    readonly reachable: boolean
  }
  | { readonly kind: "gap"; readonly schedule: typeof OnCall.Type }

export interface LevelCover {
  readonly level: number
  readonly timeoutSeconds: number
  readonly covers: ReadonlyArray<Cover>
  /** Nobody who could be paged stands behind this level. */
  readonly gap: boolean
}

const coverOf = (
  target: Target,
  users: ServiceOnCall["levels"][number]["users"],
  schedules: ReadonlyArray<typeof OnCall.Type>
): ReadonlyArray<Cover> => {
  if (target.kind === "user") {
    const user = users.find(({ id }) => id === target.id)
    return user === undefined ? [] : [{ kind: "person", name: user.name, reachable: user.reachable }]
  }
  const schedule = schedules.find(({ scheduleId }) => scheduleId === target.id)
  if (schedule === undefined) return []
  const shift = schedule.current
  if (shift === null) return [{ kind: "gap", schedule }]
  const user = users.find(({ id }) => id === shift.userId)
  return [{
    kind: "shift",
    schedule,
    shift,
    name: user?.name ?? "Somebody who is gone",
    reachable: user?.reachable ?? false
  }]
}

/** Who stands behind each level of a service, and until when. */
export const coverageOf = (
  service: ServiceOnCall,
  policy: EscalationPolicy | undefined,
  schedules: ReadonlyArray<typeof OnCall.Type>
): ReadonlyArray<LevelCover> =>
  service.levels.map(({ level, timeoutSeconds, users }, index) => ({
    level,
    timeoutSeconds,
    covers: policy?.steps[index]?.targets.flatMap((target) => coverOf(target, users, schedules)) ?? [],
    gap: !users.some(({ reachable }) => reachable)
  }))

type Wait = Pick<LevelCover, "gap" | "timeoutSeconds">

/** When the level at `index` is paged in the first pass. A level that reaches nobody is passed at once. */
export const whenPaged = (levels: ReadonlyArray<Wait>, index: number): string => {
  const seconds = levels.slice(0, index).reduce((sum, { gap, timeoutSeconds }) => gap ? sum : sum + timeoutSeconds, 0)
  return seconds === 0 ? "at once" : `after ${lengthText(seconds * 1000)} without an acknowledgement`
}

/**
 * Where an alert goes on to from the level at `index`, which reaches nobody: to what follows at once, but where no level
 * reaches anybody, to the next pass after the level's own timeout. Null while the policy is not known.
 */
export const onwardText = (
  levels: ReadonlyArray<Wait>,
  index: number,
  policy: Pick<EscalationPlan, "lastResort" | "repeat"> | undefined
): string | null => {
  if (index < levels.length - 1) return `An alert goes on to level ${index + 2} at once.`
  if (policy === undefined) return null
  const { lastResort, repeat } = policy
  if (repeat > 0) {
    const wait = lengthText((levels[index]?.timeoutSeconds ?? 0) * 1000)
    const begins = levels.every(({ gap }) => gap) ? `waits ${wait} here and begins again` : "begins again at once"
    return `An alert ${begins} at level 1, ${repeat === 1 ? "once" : `${repeat} times`}. ${
      lastResort.length > 0
        ? "In the last pass it goes on to the last resort at once."
        : "After that it reaches nobody."
    }`
  }
  return lastResort.length > 0
    ? "An alert goes on to the last resort at once."
    : "An alert that comes this far reaches nobody."
}
