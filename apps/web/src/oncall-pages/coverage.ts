import type { EscalationPolicy, OnCall, ServiceOnCall, Shift, Target } from "@innkeeper/oncall/api"

/** Whom one target of a level stands for. */
export type Cover =
  | { readonly kind: "person"; readonly name: string; readonly reachable: boolean }
  | {
    readonly kind: "schedule"
    readonly schedule: typeof OnCall.Type
    readonly name: string | null
    readonly shift: Shift | null
    readonly reachable: boolean
  }

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
  const user = users.find(({ id }) => id === schedule.current?.userId)
  return [{
    kind: "schedule",
    schedule,
    shift: schedule.current,
    name: user?.name ?? null,
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
