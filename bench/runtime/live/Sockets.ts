import { Context, Effect, Schema, type Scope } from "effect"
import { distributionOf } from "../../lib/distribution.ts"
import { residentBytes } from "../../lib/memory.ts"
import { familyProcessorMillis } from "../../lib/processorTime.ts"
import type { Scale } from "../Scale.ts"

/**
 * Two servers, each a process of its own: what happens on the first has to be told to the sockets of the second. A room is
 * what is told to some sockets and to no others.
 */
export class Sockets extends Context.Service<Sockets, {
  /** The process of the second server. */
  readonly pid: number
  /**
   * Opens a socket to the second server until the scope ends, and waits until it is in its room. `told` gets the time by
   * `wallMillis` that each event carries.
   */
  readonly open: (room: number, told: (sentAt: number) => void) => Effect.Effect<void, never, Scope.Scope>
  /** Lets the first server tell a room. The event carries the time at which the server began with it. */
  readonly publish: (room: number) => Effect.Effect<void>
}>()("bench/Sockets") {}

/** Rooms at most. */
export const rooms = 10

/** Milliseconds since 1970 with fractions, the same in all processes of the machine. */
export const wallMillis = () => performance.timeOrigin + performance.now()

const Told = Schema.Struct({
  expected: Schema.Int,
  count: Schema.Int,
  p50: Schema.Finite,
  p99: Schema.Finite,
  worst: Schema.Finite,
  /** Resident memory of the second server for each socket. */
  bytesOfSocket: Schema.Finite,
  /** Milliseconds of its processor time to open a socket; unknown where there is no `/proc`. */
  millisOfOpen: Schema.optional(Schema.Finite),
  /** Milliseconds of its processor time for each socket that was told of an event; unknown where there is no `/proc`. */
  millisOfTold: Schema.optional(Schema.Finite)
})

export const SocketsMeasured = Schema.Struct({
  /** Ten events a second, each told to a tenth of the sockets. */
  spread: Told,
  /** One event a second, each told to all sockets. */
  all: Told
})
export type SocketsMeasured = typeof SocketsMeasured.Type

interface Pattern {
  readonly rooms: number
  readonly eventsPerSecond: number
}

/** What sockets in some rooms are told at some rate, after a warm-up of as many events. */
const measured = Effect.fnUntraced(function*({ seconds, sockets }: Scale, { eventsPerSecond, rooms }: Pattern) {
  const { open, pid, publish } = yield* Sockets
  const processor = familyProcessorMillis(String(pid))
  const empty = yield* Effect.orDie(residentBytes(pid))
  const closed = yield* processor
  let late: Array<number> = []
  yield* Effect.forEach(
    Array.from({ length: sockets }, (_, index) => index % rooms),
    (room) => open(room, (sentAt) => late.push(wallMillis() - sentAt)),
    { concurrency: 20, discard: true }
  )
  const events = Math.ceil(seconds) * eventsPerSecond
  const expected = events * sockets / rooms
  const round = Effect.gen(function*() {
    late = []
    yield* Effect.forEach(
      Array.from({ length: events }, (_, event) => event),
      (event) => Effect.delay(publish(event % rooms), (event * 1000) / eventsPerSecond),
      { concurrency: "unbounded", discard: true }
    )
    yield* Effect.sleep("20 millis").pipe(
      Effect.repeat({ until: () => late.length >= expected }),
      Effect.timeoutOption("10 seconds")
    )
  })
  const opened = yield* processor
  const full = yield* Effect.orDie(residentBytes(pid))
  yield* round
  const before = yield* processor
  yield* round
  const after = yield* processor
  return {
    expected,
    ...distributionOf(late),
    bytesOfSocket: (full - empty) / sockets,
    millisOfOpen: closed === undefined || opened === undefined ? undefined : (opened - closed) / sockets,
    millisOfTold: before === undefined || after === undefined ? undefined : (after - before) / late.length
  }
}, Effect.scoped)

/** How long an event takes from the first server to the sockets of the second. */
export const measureSockets = Effect.fnUntraced(function*(scale: Scale) {
  const spread = yield* measured(scale, { rooms, eventsPerSecond: 10 })
  const all = yield* measured(scale, { rooms: 1, eventsPerSecond: 1 })
  const result: SocketsMeasured = { spread, all }
  return result
})
