import type { JobPriority } from "./JobRecord.ts"

/**
 * What a priority gives away, in milliseconds: of one tenant's jobs that one starts first whose due time plus this is
 * earlier. So a low one waits for higher ones that came due up to 11 minutes after it, and for none later.
 */
export const headway: Readonly<Record<JobPriority, number>> = {
  high: 0,
  normal: 60_000,
  low: 11 * 60_000
}
