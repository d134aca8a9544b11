import type { ReadyJob } from "./JobAttemptStore.ts"

/** Bytes of payloads that a partition has in memory where some are begun ahead, at most. */
const mostBytesAhead = 4 * 1024 * 1024

/**
 * Which of the jobs may begin, in their order: those that get an idle slot at once, and ahead of the slots those that are
 * small and whose attempt is not the last, as it would count if the process were killed before it ran.
 *
 * One that only lacks a slot is not overtaken, so that it gets the next. One whose tenant has its share of the slots holds up
 * that tenant alone.
 */
export const mayBegin = <Waiting extends Pick<ReadyJob, "tenantId" | "bytes" | "last">>(options: {
  readonly jobs: ReadonlyArray<Waiting>
  /** Slots in which nothing runs. */
  readonly idle: number
  /** Slots that a tenant may have. */
  readonly share: number
  /** Jobs of each tenant that run. */
  readonly running: ReadonlyMap<string, number>
  /** Of the payloads in memory. */
  readonly bytes: number
}) => {
  const running = new Map(options.running)
  const heldUp = new Set<string>()
  let { bytes, idle } = options
  const begin: Array<Waiting> = []
  for (const job of options.jobs) {
    if (heldUp.has(job.tenantId)) continue
    const have = running.get(job.tenantId) ?? 0
    const atOnce = idle > 0 && have < options.share
    if (!atOnce && (job.last || bytes + job.bytes > mostBytesAhead)) {
      if (have < options.share) break
      heldUp.add(job.tenantId)
      continue
    }
    begin.push(job)
    bytes += job.bytes
    running.set(job.tenantId, have + 1)
    if (atOnce) idle--
  }
  return begin
}
