import { Clock, Duration, Effect, Layer, Schedule } from "effect"
import { Sharding } from "effect/cluster"
import { SqlClient } from "effect/sql"
import { StorageReads } from "./Messages.ts"

/** How far ahead one look sees. A timer shorter than this may be late by as much. */
const horizon = Duration.millis(250)

/** Due times of the horizon, rounded so that a thousand timers of one moment cost few polls. */
const dueWithin = Effect.fnUntraced(function*(now: number) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly at: string }>`
    SELECT DISTINCT (deliver_at / 50 + 1) * 50 || '' AS at FROM cluster_messages
    WHERE NOT processed AND deliver_at > ${now} AND deliver_at <= ${now + Duration.toMillis(horizon)}
    ORDER BY 1`
  return rows.map((row) => Number(row.at))
})

/**
 * Wakes the cluster when its next stored message is due, such as the end of a durable sleep: the engine alone would find
 * it at its next poll. Each pod looks for itself, so nothing is shared and nothing can be lost.
 */
export const TimersLive = Layer.effectDiscard(Effect.gen(function*() {
  const sharding = yield* Sharding.Sharding
  const { askDatabase } = yield* StorageReads
  const look = Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    for (const at of yield* dueWithin(now)) {
      yield* Effect.sleep(Math.max(0, at - (yield* Clock.currentTimeMillis)))
      yield* askDatabase
      yield* sharding.pollStorage
    }
  })
  yield* look.pipe(
    Effect.catchCause((cause) => Effect.logWarning("Could not look for the next timer", cause)),
    Effect.repeat(Schedule.fixed(horizon)),
    Effect.forkScoped
  )
}))
