import { Deferred, Effect, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { survive } from "../survive.ts"
import { findAbsentPods, hidePresence, markUnhealthy, showPresence } from "./PresenceStore.ts"

/** Time between two looks. Who was absent at two of them is taken for dead. */
const interval = "1 second"

/**
 * Shows the other pods that this one is there, by a database session that ends with the process, and gives the work of those
 * to the others that are not.
 *
 * The engine's own check asks the pods one by one from a single pod: when that one dies itself, nobody asks until its lease
 * is over. PostgreSQL notices the end of a process at once, and tells every pod. A process that is frozen, or whose machine
 * is gone without a word, keeps its session for a while: there the lease decides.
 */
export const Presence = (address: string) =>
  Layer.effectDiscard(Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const shown = yield* Deferred.make<void>()

    const show = Effect.scoped(Effect.gen(function*() {
      const session = yield* sql.reserve
      yield* Effect.addFinalizer(() => hidePresence(session).pipe(Effect.timeout("1 second"), Effect.ignore))
      yield* Effect.repeat(showPresence(session, address), {
        until: (mine) => mine,
        schedule: Schedule.spaced(interval)
      }).pipe(Effect.tap(() => Deferred.succeed(shown, undefined)))
      return yield* Effect.forever(Effect.andThen(Effect.sleep(interval), session.executeRaw("SELECT 1", [])))
    }))
    yield* show.pipe(
      Effect.tapError((error) => Effect.logWarning("Lost the session that shows this pod, taking another", error)),
      Effect.retry(Schedule.spaced("250 millis")),
      Effect.forkScoped
    )

    let absentBefore: ReadonlySet<string> = new Set()
    const look = Effect.gen(function*() {
      const absent = yield* findAbsentPods
      const dead = absent.filter((one) => absentBefore.has(one) && one !== address)
      absentBefore = new Set(absent)
      if (dead.length === 0) return
      yield* Effect.logWarning("Pods are gone; the others take their work").pipe(Effect.annotateLogs({ pods: dead }))
      yield* markUnhealthy(dead)
    })
    yield* look.pipe(
      Effect.provideService(SqlClient.SqlClient, sql),
      survive("Could not look for the other pods"),
      Effect.repeat(Schedule.spaced(interval)),
      Effect.forkScoped
    )

    // The pod enters the list of runners after this. An older session of its address may take a while to end.
    yield* Effect.timeoutOption(Deferred.await(shown), "5 seconds")
  }))
