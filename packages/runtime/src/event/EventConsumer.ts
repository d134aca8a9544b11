import { withPlatform } from "@innkeeper/database"
import { Array, Cause, Clock, DateTime, type Duration, Effect, Layer, Metric, Schedule, Stream } from "effect"
import { isPassing } from "../batch/isPassing.ts"
import { Singletons } from "../cluster/Singletons.ts"
import { inTrace } from "../observability/TraceContext.ts"
import { survive } from "../survive.ts"
import { untilBack } from "../untilBack.ts"
import { announceTypes, endCatchUp, missedEvents, writeCatchUp } from "./CatchUpStore.ts"
import { announceConsumer, writeCursor } from "./ConsumerStore.ts"
import { buryEvent, eventsToReplay, settleReplay } from "./DeadLetterStore.ts"
import type { DomainEvent } from "./DomainEvent.ts"
import { OutboxSession } from "./OutboxSession.ts"
import { OutboxSignal } from "./OutboxSignal.ts"
import { nextEvents } from "./OutboxStore.ts"
import { makeReadAhead } from "./readAhead.ts"

const batch = 500

/** Transactions without an event of its own after which a consumer writes down how far it has read. */
const idleTransactions = 10_000n

const handled = Metric.counter("events_handled", { description: "Events that consumers handled", incremental: true })
const buried = Metric.counter("events_dead_lettered", {
  description: "Events put aside after every retry failed",
  incremental: true
})

const latency = Metric.histogram("event_consumer_latency_seconds", {
  description: "Seconds from when an event happened to when a consumer had handled it",
  boundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
})

/** A dead man's switch: the greatest value of all pods stands still when nobody runs the consumer. */
const lastRead = Metric.gauge("event_consumer_last_read_timestamp_seconds", {
  description: "When a consumer last saw that it had handled all new events, in seconds of Unix time"
})

const bySubject = (events: ReadonlyArray<DomainEvent>) =>
  Object.values(Array.groupBy(events, ({ subject, tenantId }) => `${tenantId}/${subject}`))

/** 5 tries in about 3 s. */
const patience: Schedule.Schedule<unknown> = Schedule.exponential("200 millis").pipe(Schedule.upTo({ times: 4 }))

/** How much longer it is tried where the database is away, too slow, or has others in the way: no event can help that. */
const passingPatience = untilBack.pipe(Schedule.upTo({ duration: "1 minute" }))

/**
 * Handles events of the given types, each at least once, on one pod at a time.
 *
 * Up to `concurrency` subjects are handled side by side; events of one subject keep their order. The cursor moves after a
 * batch is handled, so a crash repeats at most one batch: handlers are idempotent, by what they do or by `handleOnce`. An
 * event that fails again and again, or hangs, is put aside and blocks nothing; see `DeadLetters`.
 */
const layer = <R>(options: {
  readonly name: string
  readonly types: ReadonlyArray<string>
  readonly handler: (event: DomainEvent) => Effect.Effect<void, never, R>
  readonly concurrency?: number
  /**
   * Whether it may handle an event before those of older transactions, and once more after a restart. Then a transaction of
   * somebody else that takes minutes, in any database of the server, holds none of its events back.
   */
  readonly readsAhead?: boolean
  /** When the handler is tried again; then the event is put aside and the next one comes. Left out: 5 tries in about 3 s. */
  readonly retries?: Schedule.Schedule<unknown>
  /** A try that takes longer has failed: all other events wait for it. Left out: 2 minutes. */
  readonly timeout?: Duration.Input
}) => {
  const { concurrency = 16, name, readsAhead = false, retries = patience, timeout = "2 minutes", types } = options
  const handledHere = Metric.withAttributes(handled, { consumer: name })
  const buriedHere = Metric.withAttributes(buried, { consumer: name })
  const latencyHere = Metric.withAttributes(latency, { consumer: name })

  const handle = (event: DomainEvent) =>
    Effect.suspend(() => options.handler(event)).pipe(
      Effect.timeout(timeout),
      Effect.sandbox,
      Effect.retry(retries),
      Effect.retry({ schedule: passingPatience, while: isPassing }),
      Effect.matchCauseEffect({
        onSuccess: () =>
          Effect.gen(function*() {
            const seconds = ((yield* Clock.currentTimeMillis) - DateTime.toEpochMillis(event.at)) / 1000
            yield* Metric.update(handledHere, 1)
            yield* Metric.update(latencyHere, Math.max(0, seconds))
            return true
          }),
        onFailure: (cause) =>
          Effect.gen(function*() {
            yield* Effect.logError("An event could not be handled and was put aside", cause).pipe(
              Effect.annotateLogs({ type: event.type })
            )
            yield* Metric.update(buriedHere, 1)
            yield* withPlatform("dead letter")(buryEvent(name, event, Cause.pretty(cause)))
            return false
          })
      }),
      Effect.annotateLogs({ consumer: name, event: event.id }),
      Effect.withSpan(`consumer/${name}`, {
        kind: "consumer",
        attributes: { "event.id": event.id, "event.type": event.type, "tenant.id": event.tenantId }
      }),
      inTrace(event.traceparent)
    )

  const handleBatch = (events: ReadonlyArray<DomainEvent>) =>
    Effect.forEach(
      bySubject(events),
      (ofSubject) => Effect.forEach(ofSubject, handle, { discard: true }),
      { concurrency, discard: true }
    )

  const replayOne = (event: DomainEvent) =>
    Effect.flatMap(
      handle(event),
      (done) => done ? withPlatform("dead letter replayed")(settleReplay(name, event)) : Effect.void
    )

  /**
   * Some of the events that were put aside and are to be handled once more, one of a subject at most: new events wait no
   * longer than one of these is tried. They come between batches: never beside others of a subject.
   */
  const replaySome = Effect.gen(function*() {
    const events = yield* withPlatform("dead letters to replay")(eventsToReplay(name, types, concurrency))
    yield* Effect.forEach(bySubject(events).map(([first]) => first), replayOne, {
      concurrency: "unbounded",
      discard: true
    })
  })

  /**
   * Takes over from a pod with other types, and handles what was passed over: events of types that are new here, since the
   * first pod that has them began.
   */
  const catchUp = Effect.gen(function*() {
    const { onSession } = yield* OutboxSession
    yield* announceConsumer(name, types)
    for (;;) {
      const events = yield* onSession(missedEvents({ name, types }, batch))
      yield* handleBatch(events)
      const last = events.length < batch ? undefined : events.at(-1)
      if (last === undefined) break
      yield* onSession(writeCatchUp({ name, types }, last))
    }
    yield* onSession(endCatchUp({ name, types }))
  })

  /**
   * Handles all that there is, new events first. Made anew for each life of the consumer here: another pod may have handled
   * what it remembers.
   */
  const makeDrain = () => {
    const ahead = makeReadAhead({ batch, types }, handleBatch)
    return Effect.gen(function*() {
      const { onSession } = yield* OutboxSession
      for (;;) {
        const next = yield* onSession(nextEvents({ consumer: name, types, limit: batch }))
        const { after, behind, below, events, held, replaying } = next
        if (behind) {
          yield* catchUp
          continue
        }
        yield* handleBatch(ahead.rest(events))
        const last = events.length < batch ? undefined : events.at(-1)
        if (events.length > 0 || below.transaction - after.transaction > idleTransactions) {
          yield* onSession(writeCursor({ name, types, from: after, to: last ?? below }))
        }
        if (last !== undefined) continue
        if (readsAhead) yield* ahead.beyond(below, held)
        yield* Metric.update(
          Metric.withAttributes(lastRead, { consumer: name }),
          (yield* Clock.currentTimeMillis) / 1000
        )
        if (!replaying) return
        yield* replaySome
      }
    })
  }

  const untilAnnounced = <E, R>(announcement: Effect.Effect<void, E, R>) =>
    announcement.pipe(
      Effect.tapError((error) => Effect.logWarning("A consumer could not announce itself", error)),
      Effect.retry(Schedule.spaced("1 second")),
      Effect.annotateLogs({ consumer: name })
    )

  const announced = Effect.flatMap(OutboxSignal, ({ began }) => untilAnnounced(announceTypes({ name, types }, began)))

  const running = Singletons.layer(
    `consumer/${name}`,
    Effect.gen(function*() {
      const { wakes } = yield* OutboxSignal
      const announce = untilAnnounced(announceConsumer(name, types))
      // Before it reads: a replay goes by what the consumer says that it reads.
      yield* announce
      yield* announce.pipe(Effect.schedule(Schedule.spaced("1 hour")), Effect.forkScoped)
      const drain = makeDrain()
      yield* wakes(types).pipe(
        Stream.runForEach(() =>
          drain.pipe(survive("A consumer could not read its events"), Effect.annotateLogs({ consumer: name }))
        )
      )
    })
  )
  return Layer.provideMerge(running, Layer.effectDiscard(announced))
}

export const EventConsumer = { layer }
