/** A row, and where it was when it was last in the list. */
export interface Place {
  readonly id: string
  readonly index: number
}

/**
 * The index of the row after (`step` 1) or before (-1) a place; that of the first row without one. Where the row of the place
 * is gone, the one that has come into its place is after it, or the last one.
 */
export const rowBeside = (ids: ReadonlyArray<string>, place: Place | null, step: 1 | -1): number => {
  if (place === null) return 0
  const index = ids.indexOf(place.id)
  if (index !== -1) return index + step
  return Math.max(0, Math.min(step === 1 ? place.index : place.index - 1, ids.length - 1))
}
