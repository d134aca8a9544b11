import { DateTime, Option } from "effect"

/** What `<input type="datetime-local">` holds for `at` in `zone`: `2026-01-05T09:00`. */
export const toLocalMoment = (at: DateTime.Utc, zone: DateTime.TimeZone): string =>
  DateTime.formatIsoOffset(DateTime.setZone(at, zone)).slice(0, 16)

/**
 * The instant that a `datetime-local` input means in `zone`, as ISO 8601; an empty string when it holds none. A time
 * that the clocks skip means as much later as they skip; one that occurs twice means the first.
 */
export const fromLocalMoment = (local: string, zone: DateTime.TimeZone): string =>
  DateTime.make(`${local}Z`).pipe(
    Option.flatMap((at) =>
      DateTime.makeZoned(at, { timeZone: zone, adjustForTimeZone: true, disambiguation: "compatible" })
    ),
    Option.match({ onNone: () => "", onSome: (zoned) => DateTime.formatIso(DateTime.toUtc(zoned)) })
  )
