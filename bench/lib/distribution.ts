/** Where samples lie. Of times, milliseconds. */
export interface Distribution {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly worst: number
}

export const distributionOf = (samples: ReadonlyArray<number>): Distribution => {
  const ascending = samples.toSorted((a, b) => a - b)
  return {
    count: samples.length,
    p50: quantile(ascending, 0.5),
    p99: quantile(ascending, 0.99),
    worst: ascending.at(-1) ?? Number.NaN
  }
}

/** The value below which a share `q` of the samples lies; `NaN` without samples. */
const quantile = (ascending: ReadonlyArray<number>, q: number) =>
  ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * q))] ?? Number.NaN
