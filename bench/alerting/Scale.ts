/** How much is measured. */
export interface Scale {
  /** How often each program takes its turn under the ingest's closed loop. */
  readonly rounds: number
  /** Seconds of a load, after those of the warm-up. */
  readonly ingestSeconds: number
  readonly pagingSeconds: number
  readonly warmUpSeconds: number
  /** Incidents that wait at once for their second level. */
  readonly waiting: number
  readonly storedAlerts: number
}

/** What `RESULTS.md` is made of. */
export const full: Scale = {
  rounds: 3,
  ingestSeconds: 15,
  pagingSeconds: 30,
  warmUpSeconds: 5,
  waiting: 1000,
  storedAlerts: 50_000
}

/** Shows in a few minutes that all works; its numbers say little. */
export const quick: Scale = {
  rounds: 2,
  ingestSeconds: 3,
  pagingSeconds: 4,
  warmUpSeconds: 1,
  waiting: 100,
  storedAlerts: 1000
}

/** Senders that each have one request under way. */
export const senders = 16

/** Alerts of one request, where several come together: as many as Prometheus sends at most. */
export const batchSize = 64

/** Alerts a second of a steady load. */
export const steadyRate = 100
