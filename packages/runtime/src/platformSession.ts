import { platformSql } from "@innkeeper/database"
import { type Context, Effect, Layer, Option } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient } from "effect/sql"
import { type AnswerWatch, watchAnswers } from "./health/answerWatch.ts"
import { Health } from "./health/Health.ts"

/** A session of this process beside its pool, for the work of all tenants, in which each statement is a transaction. */
export interface PlatformSession {
  readonly onSession: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, Exclude<R, SqlClient.SqlClient>>
}

/**
 * What such a session does comes again and again in the same form, and planning it costs more than doing it. Left to itself
 * PostgreSQL plans some statements anew each time, by how it happened to guess their cost at first.
 */
const plannedOnce = { plan_cache_mode: "force_generic_plan" }

/** Opens the session of a service. `settings` of PostgreSQL hold for it. Where there is `Health`, it is told if the session hangs. */
export const platformSession = <Self>(
  service: Context.Service<Self, PlatformSession>,
  settings: Readonly<Record<string, string>> = {},
  watch?: AnswerWatch
) =>
  Layer.effect(
    service,
    Effect.gen(function*() {
      const sql = yield* platformSql({ ...plannedOnce, ...settings })
      const health = yield* Effect.serviceOption(Health)
      if (Option.isSome(health)) yield* Effect.provideService(watchAnswers(sql, watch), Health, health.value)
      const session: PlatformSession = { onSession: Effect.provideService(SqlClient.SqlClient, sql) }
      return session
    })
  ).pipe(Layer.provide(Reactivity.layer), Layer.orDie)
