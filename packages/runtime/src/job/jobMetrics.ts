import { Effect, Metric } from "effect"
import type { AttemptOutcome, BegunAttempt } from "./JobAttemptStore.ts"

const started = Metric.counter("jobs_started", { description: "Attempts at jobs that began", incremental: true })

const ended = Metric.counter("jobs_ended", {
  description: "Attempts at jobs that ended, by the state the job is in then",
  incremental: true
})

const waited = Metric.histogram("jobs_wait_seconds", {
  description: "From when a job was due to when its attempt began",
  boundaries: [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 60, 600]
})

const running = Metric.gauge("jobs_running", { description: "Attempts that run in this process" })

/** Counts what a round of a queue's partition has written, and how many more attempts are in hand than after the last. */
export const countRound = (queue: string, round: {
  readonly begun: ReadonlyArray<BegunAttempt>
  readonly ended: ReadonlyArray<AttemptOutcome>
  readonly moreRunning: number
}) =>
  Effect.gen(function*() {
    const { begun, ended: outcomes, moreRunning } = round
    if (begun.length > 0) yield* Metric.update(Metric.withAttributes(started, { queue }), begun.length)
    const waiting = Metric.withAttributes(waited, { queue })
    for (const attempt of begun) yield* Metric.update(waiting, attempt.waited / 1000)
    for (const [state, { length }] of Map.groupBy(outcomes, ({ state }) => state)) {
      yield* Metric.update(Metric.withAttributes(ended, { queue, state }), length)
    }
    if (moreRunning !== 0) yield* Metric.modify(Metric.withAttributes(running, { queue }), moreRunning)
  })
