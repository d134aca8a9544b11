import type { EscalationPolicy, OnCall, ServiceOnCall, Shift, Target } from "@innkeeper/oncall/api"

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
