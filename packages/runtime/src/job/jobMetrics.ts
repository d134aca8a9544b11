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

/** Counts what the rounds of a queue's partition write, and what begins beside them. */
export const roundCounter = (queue: string) => {
  const attributes = { queue }
  const [begins, waits, inHand] = [
    Metric.withAttributes(started, attributes),
    Metric.withAttributes(waited, attributes),
    Metric.withAttributes(running, attributes)
  ]
  let counted = 0
  /** `inHand`: the attempts that the partition has begun and that have not ended. */
  return Effect.fnUntraced(function*(round: {
    readonly begun: ReadonlyArray<BegunAttempt>
    readonly ended: ReadonlyArray<AttemptOutcome>
    readonly inHand: number
  }) {
    if (round.begun.length > 0) yield* Metric.update(begins, round.begun.length)
    for (const attempt of round.begun) yield* Metric.update(waits, attempt.waited / 1000)
    for (const [state, { length }] of Map.groupBy(round.ended, ({ state }) => state)) {
      yield* Metric.update(Metric.withAttributes(ended, { ...attributes, state }), length)
    }
    if (round.inHand !== counted) yield* Metric.modify(inHand, round.inHand - counted)
    counted = round.inHand
  })
}
