import { Schema } from "effect"

/** How long and how much is measured. */
export class Scale extends Schema.Class<Scale>("bench/Scale")({
  /** Seconds of each closed loop. */
  seconds: Schema.Finite,
  /** Seconds before it that do not count. */
  warmUp: Schema.Finite,
  /** Durable sleeps that are begun at once. */
  naps: Schema.Int,
  /** Jobs that are enqueued before they are counted. */
  jobs: Schema.Int,
  /** Jobs of the tenant that floods the others. */
  flood: Schema.Int,
  /** Tenants that have a job each. */
  tenants: Schema.Int,
  /** Open sockets of the live feed. */
  sockets: Schema.Int
}) {}

export const full = new Scale({
  seconds: 15,
  warmUp: 3,
  naps: 1000,
  jobs: 20_000,
  flood: 20_000,
  tenants: 10_000,
  sockets: 1000
})

export const quick = new Scale({
  seconds: 3,
  warmUp: 2,
  naps: 1000,
  jobs: 2000,
  flood: 5000,
  tenants: 2000,
  sockets: 1000
})
