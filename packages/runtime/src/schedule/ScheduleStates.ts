import { Context, DateTime, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import type { ScheduleState } from "./ScheduleState.ts"
import { findSchedules } from "./ScheduleStore.ts"

/** The periodic tasks of the platform, for those who run it. */
export class ScheduleStates extends Context.Service<ScheduleStates, {
  /** Every schedule that was ever run here, by name. */
  readonly list: Effect.Effect<ReadonlyArray<ScheduleState>>
}>()("runtime/ScheduleStates") {
  static readonly layer = Layer.effect(
    ScheduleStates,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      return ScheduleStates.of({
        list: Effect.flatMap(DateTime.now, findSchedules).pipe(
          Effect.provideService(SqlClient.SqlClient, sql),
          Effect.orDie,
          Effect.withSpan("ScheduleStates.list")
        )
      })
    })
  )
}
