/** The value below which a share `q` of the samples lies; `NaN` without samples. */
export const quantile = (samples: ReadonlyArray<number>, q: number): number => quantileOfSorted(sorted(samples), q)

/** Where samples lie. Of times, milliseconds. */
export interface Distribution {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly worst: number
}

export const distributionOf = (samples: ReadonlyArray<number>): Distribution => {
  const ascending = sorted(samples)
  return {
    count: samples.length,
    p50: quantileOfSorted(ascending, 0.5),
    p99: quantileOfSorted(ascending, 0.99),
    worst: ascending.at(-1) ?? Number.NaN
  }
}

const sorted = (samples: ReadonlyArray<number>) => samples.toSorted((a, b) => a - b)

const quantileOfSorted = (ascending: ReadonlyArray<number>, q: number) =>
  ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * q))] ?? Number.NaN
