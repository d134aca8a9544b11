import { DateTime } from "effect"

/** A span of time: from `start` until just before `end`. */
export interface Span {
  readonly start: DateTime.Utc
  readonly end: DateTime.Utc
}

/** The span that the whole width of a lane stands for. */
export interface Extent {
  readonly from: DateTime.Utc
  readonly until: DateTime.Utc
}

/** Where a span is drawn, in percent of the lane's width. */
export interface Position {
  readonly left: number
  readonly width: number
  /** The span began before the lane does. */
  readonly beganEarlier: boolean
  /** The span goes on after the lane's end. */
  readonly goesOn: boolean
}

/** How far into the lane `at` is, in percent; below 0 or above 100 outside of it. */
export const percentAt = (at: DateTime.Utc, { from, until }: Extent): number =>
  100 * (at.epochMilliseconds - from.epochMilliseconds) / (until.epochMilliseconds - from.epochMilliseconds)

/** Where `span` is drawn; null when no part of it is within the lane. */
export const positionOf = (span: Span, extent: Extent): Position | null => {
  const start = percentAt(span.start, extent)
  const end = percentAt(span.end, extent)
  if (end <= 0 || start >= 100 || end <= start) return null
  const left = Math.max(0, start)
  return { left, width: Math.min(100, end) - left, beganEarlier: start < 0, goesOn: end > 100 }
}

/** Where the line of `now` is drawn, in percent; null when now is not within the lane. */
export const nowLine = (now: DateTime.Utc, extent: Extent): number | null => {
  const percent = percentAt(now, extent)
  return percent >= 0 && percent < 100 ? percent : null
}

/**
 * Puts spans that overlap into rows, so that within a row none touches another's time. Each span takes the first row
 * that is free at its start, in the order of starts, which needs no more rows than overlap at one instant.
 */
export const inRows = <S extends Span>(spans: ReadonlyArray<S>): ReadonlyArray<ReadonlyArray<S>> => {
  const rows: Array<Array<S>> = []
  for (const span of spans.toSorted((a, b) => DateTime.Order(a.start, b.start))) {
    const free = rows.find((row) => DateTime.isLessThanOrEqualTo(row.at(-1)!.end, span.start))
    if (free === undefined) rows.push([span])
    else free.push(span)
  }
  return rows
}
