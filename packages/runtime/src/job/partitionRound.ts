import { withPlatform } from "@innkeeper/database"
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { planByIndex } from "../byIndex.ts"
import {
  findCancelled,
  findUnwritten,
  type JobProgress,
  postponeUnknown,
  promoteDue,
  readReady,
  writeProgress,
  writeRound
} from "./JobAttemptStore.ts"
import { adoptJobs, giveBackJobs, holdPartition, type OwnedPartition, seePartition } from "./JobPartitionStore.ts"
import type { JobQueue } from "./JobQueue.ts"
import type { JobId } from "./JobRecord.ts"
import type { Known } from "./JobRunner.ts"
import { JobSession } from "./JobSession.ts"
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

/** What an owner does beside beginning and ending attempts; in a transaction. */
interface Chores {
  readonly cancelled: ReadonlyArray<JobId>
  /** What was written of how far jobs are. */
  readonly progress: ReadonlyArray<JobProgress>
  /** In how many milliseconds the next scheduled job is due; not asked for, if undefined. */
  readonly dueIn: number | null | undefined
}

const noChores: Chores = { cancelled: [], progress: [], dueIn: undefined }

const choresWait = (memory: PartitionMemory, owned: OwnedPartition, now: number) =>
  memory.cancelling || memory.doubtful || memory.dueAt <= now || now - memory.seenAt >= seenEvery ||
  adoptionWaits(memory, owned, now) || memory.progress(now).length > 0

const adoptionWaits = (memory: PartitionMemory, { partition }: OwnedPartition, now: number) =>
  partition === 0 && now - memory.adoptedAt >= adoptEvery

/** Nothing if a newer owner has the partition. */
const doChores = Effect.fnUntraced(
  function*({ memory, now, owned, queue }: Round): Effect.fn.Return<Chores | undefined, SqlError, SqlClient> {
    const { cancelling, doubtful } = memory
    if (!(yield* holdPartition(owned, { alone: doubtful }))) return undefined
    yield* planByIndex
    memory.cancelling = memory.doubtful = false
    // Nothing begins with its storing meanwhile: it would be given back.
    memory.clearing = doubtful
    if (doubtful) {
      yield* giveBackJobs(owned, [...memory.begun.all.keys(), ...memory.outcomes.map(({ id }) => id)])
    }
    if (now - memory.seenAt >= seenEvery) {
      yield* seePartition(owned)
      memory.seenAt = now
    }
    if (adoptionWaits(memory, owned, now)) {
      yield* adoptJobs(queue.name, queue.partitions)
      memory.adoptedAt = now
    }
    const progress = memory.progress(now)
    if (progress.length > 0) yield* writeProgress(owned, progress)
    const cancelled = cancelling ? yield* findCancelled(owned) : []
    if (memory.dueAt > now) return { cancelled, progress, dueIn: undefined }
    const dueIn = yield* promoteDue(owned, promotions)
    memory.stale = true
    return { cancelled, progress, dueIn }
  }
)

interface Round {
  readonly owned: OwnedPartition
  readonly queue: JobQueue
  readonly memory: PartitionMemory
  readonly known: (name: string) => Known
  readonly now: number
}

/**
 * One round of a partition's owner: makes scheduled jobs ready that are due, reads the next jobs, writes how attempts ended
 * and begins as many as there are free slots. Nothing if a newer owner has the partition.
 *
 * The last two, which nearly every round does, are one statement each; what comes now and then is a transaction before.
 */
export const partitionRound = Effect.fnUntraced(function*(round: Round) {
  const { known, memory, now, owned } = round
  const chores = choresWait(memory, owned, now) ? yield* withPlatform("jobs")(doChores(round)) : noChores
  if (chores === undefined) return undefined
  memory.wroteProgress(chores.progress, now)
  let { dueIn } = chores

  const { onSession } = yield* JobSession
  const { free, picked } = memory.plan(now)
  if (free > 0 && (memory.stale || (picked.length < free && memory.window.isShort(picked)))) {
    memory.stale = false
    dueIn = yield* onSession(readWindow(owned, memory, known))
    if (memory.window.waiting.size === 0 && memory.window.isShort([])) {
      yield* onSession(readWindow(owned, memory, known))
    }
    memory.takeOffered(known)
  }
  const next = memory.plan(now).picked
  const outcomes = [...memory.outcomes]
  const idle = outcomes.length === 0 && next.length === 0
  const written = idle ? { ended: 0, begun: [] } : yield* onSession(writeRound(owned, outcomes, next))
  if (written === undefined) return undefined
  const unwritten = written.ended === outcomes.length ? [] : yield* onSession(findUnwritten(owned, outcomes))
  return { ...written, outcomes, unwritten: new Set(unwritten), cancelled: chores.cancelled, dueIn, picked: next }
})
