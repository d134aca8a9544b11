import { type CurrentTenant, withTenant } from "@innkeeper/database"
import { Array, Clock, Context, DateTime, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import type { Target } from "../escalation/EscalationPolicy.ts"
import { nextShift, onCallAt } from "./Rotation.ts"
import { longestShift } from "./Schedule.ts"
import type { OnCall } from "./ScheduleApi.ts"
import { findWithOverrides, type ScheduleWithOverrides } from "./ScheduleStore.ts"
import { ServiceOnCall } from "./WhoIsOnCallApi.ts"
import { findPeople, findServicesWithPlans, type Person } from "./WhoIsOnCallStore.ts"

/**
 * Who is on call in the current tenant at `at`, or now when it is left out.
 * @effect-expect-leaking CurrentTenant
 */
export class WhoIsOnCall extends Context.Service<WhoIsOnCall, {
  /** Each schedule with who has it, and who follows. */
  readonly schedules: (at?: DateTime.Utc) => Effect.Effect<ReadonlyArray<typeof OnCall.Type>, never, CurrentTenant>
  /** Each service with whom its policy would page, level by level. */
  readonly services: (at?: DateTime.Utc) => Effect.Effect<ReadonlyArray<ServiceOnCall>, never, CurrentTenant>
}>()("oncall/WhoIsOnCall") {
  static readonly layer = Layer.effect(
    WhoIsOnCall,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient

      const schedulesFrom = (at: DateTime.Utc) =>
        findWithOverrides({ from: DateTime.subtractDuration(at, longestShift) })

      const schedules = Effect.fn("WhoIsOnCall.schedules")(
        function*(asked?: DateTime.Utc) {
          const at = asked ?? (yield* now)
          return (yield* schedulesFrom(at)).map(({ overrides, schedule }) => ({
            scheduleId: schedule.id,
            scheduleName: schedule.name,
            timeZone: schedule.timeZone,
            current: onCallAt(schedule, overrides, at),
            next: nextShift(schedule, overrides, at)
          }))
        },
        withTenant,
        Effect.provideService(SqlClient.SqlClient, sql),
        Effect.orDie
      )

      const services = Effect.fn("WhoIsOnCall.services")(
        function*(asked?: DateTime.Utc) {
          const at = asked ?? (yield* now)
          const all = yield* schedulesFrom(at)
          const people = yield* findPeople
          return (yield* findServicesWithPlans).map(({ plan, ...service }) =>
            new ServiceOnCall({
              ...service,
              levels: plan.steps.map(({ targets, timeoutSeconds }, index) => ({
                level: index + 1,
                timeoutSeconds,
                users: paged(targets, all, people, at)
              }))
            })
          )
        },
        withTenant,
        Effect.provideService(SqlClient.SqlClient, sql),
        Effect.orDie
      )

      return WhoIsOnCall.of({ schedules, services })
    })
  )
}

const now = Effect.map(Clock.currentTimeMillis, (millis) => DateTime.makeUnsafe(millis))

/** Whom targets stand for at `at`, each person once. Schedules that are gone or have a gap stand for nobody. */
const paged = (
  targets: ReadonlyArray<Target>,
  schedules: ReadonlyArray<ScheduleWithOverrides>,
  people: ReadonlyArray<Person>,
  at: DateTime.Utc
): ReadonlyArray<Person> => {
  const ids = targets.map((target) => {
    if (target.kind === "user") return target.id
    const found = schedules.find(({ schedule }) => schedule.id === target.id)
    return found === undefined ? null : onCallAt(found.schedule, found.overrides, at)?.userId
  })
  return Array.dedupe(ids).flatMap((id) => Option.toArray(Array.findFirst(people, (person) => person.id === id)))
}
