import { PgConnection } from "@effect/sql-pg"
import { Effect, Exit, Option, Queue, Schema, Scope } from "effect"
import { announcedSocket, isRunning, ownerRole, type Postmaster, start } from "./Postmaster.ts"

/** Another program has the folder. */
export class Busy extends Schema.TaggedError<Busy>()("Busy", {}) {}

/** The server runs and does not answer yet, as while it recovers. */
export class Starting extends Schema.TaggedError<Starting>()("Starting", {}) {}

/** The server does not start, with what it said. */
export class NotReady extends Schema.TaggedError<NotReady>()("NotReady", { output: Schema.String }) {}

/** A server that answers, and the session that holds its folder for this program. */
export interface Held {
  /** Folder of the Unix socket. */
  readonly socket: string
  /** Returns when the session has ended, and the folder is nobody's any more. */
  readonly ended: Effect.Effect<void>
}

/** The lock of the data folder; it ends with the session that holds it, however the program ends. */
export const folderLock = 4_600_311_870_233

/**
 * Finds or starts the server, and takes the folder's lock with a session that lives as long as `sessions`. Starts nothing
 * and stops nothing when somebody has it. A server that it starts listens in the folder `socket`.
 */
export const takeOver = Effect.fnUntraced(function*(server: Postmaster, socket: string, sessions: Scope.Scope) {
  if (!(yield* isRunning(server))) {
    const { code, output } = yield* start(server, socket)
    if (code !== 0) return yield* new NotReady({ output })
  }
  const announced = yield* announcedSocket(server)
  if (Option.isNone(announced)) return yield* new Starting()
  return yield* hold(announced.value, sessions)
})

/** Takes the lock on a session of the owner. An attempt that fails ends the session. */
const hold = Effect.fnUntraced(function*(socket: string, sessions: Scope.Scope) {
  const scope = yield* Scope.fork(sessions)
  const held: Effect.Effect<Held, Busy | Starting> = Effect.gen(function*() {
    const connection = yield* PgConnection.make({ host: socket, username: ownerRole, database: "postgres" })
    const { rows } = yield* connection.query(`SELECT pg_try_advisory_lock(${folderLock}) AS taken`)
    if (rows[0]?.["taken"] !== true) return yield* new Busy()
    // Nobody notifies; a session that listens is told of its end.
    const told = yield* connection.listen("innkeeper_folder")
    return { socket, ended: Effect.ignore(Effect.forever(Queue.take(told))) }
  }).pipe(
    Effect.catchTag("SqlError", () => Effect.fail(new Starting())),
    Scope.provide(scope)
  )
  return yield* Effect.onError(held, (cause) => Scope.close(scope, Exit.failCause(cause)))
})
