import { Effect } from "effect"
import {
  beginAttempts,
  endAttempts,
  findCancelled,
  postponeUnknown,
  promoteDue,
  readReady,
  writeProgress
} from "./JobAttemptStore.ts"
import { adoptJobs, giveBackJobs, holdPartition, type OwnedPartition, seePartition } from "./JobPartitionStore.ts"
import type { JobQueue } from "./JobQueue.ts"
import type { Known } from "./JobRunner.ts"
import { type PartitionMemory, seenEvery } from "./PartitionMemory.ts"
import { windowSize } from "./ReadyWindow.ts"

/** Scheduled jobs that one round makes ready. */
const promotions = 1000

/** How often jobs of partitions that are no more are looked for, in milliseconds. */
const adoptEvery = 60_000

/** Reads the next jobs into the window, and puts those aside that nobody knows. Returns when the next one is due. */
const readWindow = Effect.fnUntraced(
  function*(owned: OwnedPartition, memory: PartitionMemory, known: (name: string) => Known) {
    const { dueIn, jobs: ready, most } = yield* readReady(owned, { after: memory.window.after, ...windowSize })
    const unknown = ready.filter(({ name }) => known(name) === "unknown")
    if (unknown.length > 0) {
      const types = [...new Set(unknown.map(({ name }) => name))].join(", ")
      yield* Effect.annotateLogs(Effect.logWarning("No handler runs jobs of these types; they wait"), { types })
      yield* postponeUnknown(unknown)
    }
    memory.window.fill(ready, most, ready.filter(({ name }) => typeof known(name) === "object"))
    return dueIn
  }
)

/** What an owner writes of itself and its running jobs from time to time. */
const writeBeats = Effect.fnUntraced(
  function*(owned: OwnedPartition, queue: JobQueue, memory: PartitionMemory, now: number) {
    if (now - memory.seenAt >= seenEvery) {
      yield* seePartition(owned)
      memory.seenAt = now
    }
    if (owned.partition === 0 && now - memory.adoptedAt >= adoptEvery) {
      yield* adoptJobs(queue.name, queue.partitions)
      memory.adoptedAt = now
    }
    const progress = memory.progress(now)
    if (progress.length > 0) {
      yield* writeProgress(owned, progress)
      memory.progressWrittenAt = now
      for (const job of memory.running.values()) job.progress = undefined
    }
  }
)

/**
 * One round of a partition's owner, in a transaction: writes how attempts ended, makes scheduled jobs ready that are due,
 * reads the next jobs and begins as many as there are free slots. Nothing if a newer owner has the partition.
 */
export const partitionRound = Effect.fnUntraced(function*(options: {
  readonly owned: OwnedPartition
  readonly queue: JobQueue
  readonly memory: PartitionMemory
  readonly known: (name: string) => Known
  readonly now: number
}) {
  const { known, memory, now, owned, queue } = options
  const { cancelling, doubtful, outcomes } = memory
  if (!(yield* holdPartition(owned))) return undefined
  memory.cancelling = memory.doubtful = false

  if (doubtful) yield* giveBackJobs(owned, [...memory.running.keys(), ...outcomes.map(({ id }) => id)])
  const unwritten = outcomes.length === 0 ? [] : yield* endAttempts(owned, outcomes)
  yield* writeBeats(owned, queue, memory, now)
  const cancelled = cancelling ? yield* findCancelled(owned) : []
  /** Not asked for, if undefined. */
  let dueIn: number | null | undefined
  if (memory.dueAt <= now) {
    dueIn = yield* promoteDue(owned, promotions)
    memory.stale = true
  }

  const { free, picked } = memory.plan(now)
  if (free > 0 && (memory.stale || (picked.length < free && memory.window.isShort(picked)))) {
    memory.stale = false
    dueIn = yield* readWindow(owned, memory, known)
    if (memory.window.waiting.size === 0 && memory.window.isShort([])) yield* readWindow(owned, memory, known)
  }
  const next = memory.plan(now).picked
  const begun = next.length === 0 ? [] : yield* beginAttempts(owned, next)
  return { outcomes, unwritten: new Set(unwritten), cancelled, dueIn, picked: next, begun }
})
