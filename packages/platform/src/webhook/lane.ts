/**
 * The lane of one endpoint: how many of its calls run, and when its next place is free. Times are milliseconds.
 *
 * A call that finds its lane full is put off and holds no worker meanwhile, so an endpoint that never answers keeps few of
 * them busy, and whoever else is called does not wait for it.
 */
export interface Lane {
  readonly running: number
  /** Places up to here are given to those that wait. */
  readonly takenUntil: number
  /** How long a call takes, as seen lately. */
  readonly latency: number
}

export const emptyLane: Lane = { running: 0, takenUntil: 0, latency: 40 }

/** Calls of one endpoint that run side by side; one that fails gets a single one at a time. */
export const laneWidth = { healthy: 8, failing: 1 }

/** How long a call may be put off: at least so that it does not spin, at most so that an endpoint that is well again is seen. */
const wait = { least: 20, most: 300_000 }

export type Admission =
  | { readonly _tag: "Run"; readonly lane: Lane }
  | { readonly _tag: "Wait"; readonly milliseconds: number; readonly lane: Lane }

/**
 * Lets a call in or gives it a place behind those that wait. `waited`: it was put off before and comes at its time, so
 * newer ones do not overtake it.
 */
export const admit = (
  lane: Lane,
  now: number,
  call: { readonly failing: boolean; readonly waited: boolean }
): Admission => {
  const width = call.failing ? laneWidth.failing : laneWidth.healthy
  const free = lane.running < width
  if (free && (call.waited || lane.takenUntil <= now)) {
    return { _tag: "Run", lane: { ...lane, running: lane.running + 1 } }
  }
  const takenUntil = Math.min(Math.max(lane.takenUntil, now) + lane.latency / width, now + wait.most)
  return {
    _tag: "Wait",
    milliseconds: Math.max(wait.least, Math.ceil(takenUntil - now)),
    lane: { ...lane, takenUntil }
  }
}

/** The lane after a call that took `milliseconds`. */
export const leave = (lane: Lane, milliseconds: number): Lane => ({
  ...lane,
  running: lane.running - 1,
  latency: lane.latency * 0.7 + milliseconds * 0.3
})

/** Nobody runs or waits in it, so it need not be kept. */
export const isIdle = (lane: Lane, now: number) => lane.running === 0 && lane.takenUntil <= now
