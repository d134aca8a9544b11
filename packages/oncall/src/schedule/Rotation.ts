import { DateTime } from "effect"
import { type Layer, type Override, type Rotation, type Schedule, Shift } from "./Schedule.ts"

const dayMillis = 86_400_000

const period = (rotation: Rotation): number => rotation.every * (rotation.unit === "week" ? 7 : 1) * dayMillis

/**
 * Instant at which turn `turn` (from 0) begins: `start` moved by whole local days, then looked up in the zone.
 *
 * A wall-clock time in a gap moves by the length of the gap, one that occurs twice means the first
 * (RFC 5545, 3.3.5). A step is never shorter than a gap is long, so hand-offs never run backwards.
 */
export const handOff = (rotation: Rotation, zone: DateTime.TimeZone, turn: number): DateTime.Utc => {
  const start = DateTime.makeUnsafe(`${rotation.start}:00Z`).epochMilliseconds
  return DateTime.toUtc(DateTime.makeZonedUnsafe(start + turn * period(rotation), {
    timeZone: zone,
    adjustForTimeZone: true,
    disambiguation: "compatible"
  }))
}

/**
 * The shift of one layer that contains `at`; null before the layer starts.
 *
 * The turn is estimated by elapsed time and corrected by the zone's offsets, which takes two steps at most however
 * long ago the layer started. A day that the zone skips altogether uses up its turn.
 */
export const shiftAt = (layer: Layer, zone: DateTime.TimeZone, at: DateTime.Utc): Shift | null => {
  const first = handOff(layer.rotation, zone, 0)
  if (DateTime.isLessThan(at, first)) return null
  let turn = Math.floor((at.epochMilliseconds - first.epochMilliseconds) / period(layer.rotation))
  while (DateTime.isGreaterThan(handOff(layer.rotation, zone, turn), at)) turn -= 1
  let end = handOff(layer.rotation, zone, turn + 1)
  while (DateTime.isLessThanOrEqualTo(end, at)) {
    turn += 1
    end = handOff(layer.rotation, zone, turn + 1)
  }
  return new Shift({
    userId: layer.users[turn % layer.users.length]!,
    start: handOff(layer.rotation, zone, turn),
    end,
    overrideId: null
  })
}

/** The whole shifts of one layer that touch the span from `from` until just before `until`. */
export const shiftsBetween = (
  layer: Layer,
  zone: DateTime.TimeZone,
  from: DateTime.Utc,
  until: DateTime.Utc
): ReadonlyArray<Shift> => {
  const shifts: Array<Shift> = []
  let at = DateTime.max(from, handOff(layer.rotation, zone, 0))
  while (DateTime.isLessThan(at, until)) {
    const shift = shiftAt(layer, zone, at)!
    shifts.push(shift)
    at = shift.end
  }
  return shifts
}

interface Span {
  readonly start: DateTime.Utc
  readonly end: DateTime.Utc
}

const contains = (span: Span, at: DateTime.Utc): boolean =>
  DateTime.isLessThanOrEqualTo(span.start, at) && DateTime.isGreaterThan(span.end, at)

/** The part of `shift` around `at` that none of `above` covers; none of them contains `at`. */
const uncovered = (shift: Shift, above: ReadonlyArray<Span>, at: DateTime.Utc): Shift => {
  let { end, start } = shift
  for (const span of above) {
    if (DateTime.isGreaterThan(span.start, at)) end = DateTime.min(end, span.start)
    else start = DateTime.max(start, span.end)
  }
  return new Shift({ ...shift, start, end })
}

/**
 * Who is on call at `at`, and for which uninterrupted span; null when nobody is.
 *
 * Overrides, in the order in which they were made, beat layers; among either, the later one wins. The answer depends
 * on the overrides that touch the shift, and on no others.
 */
export const onCallAt = (
  schedule: Schedule,
  overrides: ReadonlyArray<Override>,
  at: DateTime.Utc
): Shift | null => {
  const winner = overrides.findLastIndex((override) => contains(override, at))
  if (winner >= 0) {
    const { end, id, start, userId } = overrides[winner]!
    return uncovered(new Shift({ userId, start, end, overrideId: id }), overrides.slice(winner + 1), at)
  }
  const zone = DateTime.zoneMakeNamedUnsafe(schedule.timeZone)
  const later: Array<Span> = [...overrides]
  for (const layer of schedule.layers.toReversed()) {
    const shift = shiftAt(layer, zone, at)
    if (shift !== null) return uncovered(shift, later, at)
    const start = handOff(layer.rotation, zone, 0)
    later.push({ start, end: start })
  }
  return null
}

/** The first instant after `at` at which a layer or an override begins; null when none does. */
const nextBeginning = (
  schedule: Schedule,
  overrides: ReadonlyArray<Override>,
  at: DateTime.Utc
): DateTime.Utc | null => {
  const zone = DateTime.zoneMakeNamedUnsafe(schedule.timeZone)
  const beginnings = [
    ...overrides.map(({ start }) => start),
    ...schedule.layers.map(({ rotation }) => handOff(rotation, zone, 0))
  ].filter((start) => DateTime.isGreaterThan(start, at))
  return beginnings.length === 0 ? null : beginnings.reduce((first, start) => DateTime.min(first, start))
}

const firstFrom = (schedule: Schedule, overrides: ReadonlyArray<Override>, from: DateTime.Utc): Shift | null => {
  const shift = onCallAt(schedule, overrides, from)
  if (shift !== null) return shift
  const beginning = nextBeginning(schedule, overrides, from)
  return beginning === null ? null : onCallAt(schedule, overrides, beginning)
}

/** The shift that follows the one at `at`; when nobody is on call, the next one. Null when there is none. */
export const nextShift = (
  schedule: Schedule,
  overrides: ReadonlyArray<Override>,
  at: DateTime.Utc
): Shift | null => firstFrom(schedule, overrides, onCallAt(schedule, overrides, at)?.end ?? at)

/**
 * Who is on call from `from` until just before `until`, in order. Shifts are whole: the first may begin before
 * `from` and the last end after `until`, so the answer for an instant is the same whatever span is asked for.
 */
export const finalShifts = (
  schedule: Schedule,
  overrides: ReadonlyArray<Override>,
  from: DateTime.Utc,
  until: DateTime.Utc
): ReadonlyArray<Shift> => {
  const shifts: Array<Shift> = []
  let at = from
  while (DateTime.isLessThan(at, until)) {
    const shift = firstFrom(schedule, overrides, at)
    if (shift === null || DateTime.isGreaterThanOrEqualTo(shift.start, until)) break
    shifts.push(shift)
    at = shift.end
  }
  return shifts
}

/** Spans between `from` and `until` in which nobody is on call. `shifts` are the final shifts of the same span. */
export const gaps = (
  shifts: ReadonlyArray<Shift>,
  from: DateTime.Utc,
  until: DateTime.Utc
): ReadonlyArray<Span> => {
  const found: Array<Span> = []
  let at = from
  for (const shift of shifts) {
    if (DateTime.isLessThan(at, shift.start)) found.push({ start: at, end: shift.start })
    at = shift.end
  }
  if (DateTime.isLessThan(at, until)) found.push({ start: at, end: until })
  return found
}
