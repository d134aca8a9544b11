import { DateTime } from "effect"

/** A column of a table: its head and what a row has there. */
export interface Column<Row> {
  readonly head: string
  readonly cell: (row: Row) => string
  /** Aligned to the right, for numbers. */
  readonly right?: true
}

/** Rows in columns as wide as their widest cell, two spaces apart, under a head. */
export const table = <Row>(columns: ReadonlyArray<Column<Row>>, rows: ReadonlyArray<Row>): string => {
  const lines = [columns.map(({ head }) => head), ...rows.map((row) => columns.map(({ cell }) => cell(row)))]
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]!.length)))
  return lines.map((line) =>
    line.map((cell, index) => columns[index]!.right ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!))
      .join("  ").trimEnd()
  ).join("\n")
}

/** An instant for a table: ISO 8601 to the second, in UTC; a dash for none. */
export const instant = (at: DateTime.Utc | null): string =>
  at === null ? "-" : DateTime.formatIso(at).replace(/\.\d+Z$/, "Z")

/** A length for a table, such as `0.4 s`, `93 s` or `4.2 h`; a dash for none. */
export const length = (seconds: number | null): string =>
  seconds === null
    ? "-"
    : seconds < 10
    ? `${seconds.toFixed(1)} s`
    : seconds < 600
    ? `${Math.round(seconds)} s`
    : seconds < 7200
    ? `${Math.round(seconds / 60)} min`
    : `${(seconds / 3600).toFixed(1)} h`

/** The first line of a text, cut to what fits beside the other columns. */
export const firstLine = (text: string, most = 80): string => {
  const line = text.split("\n", 1)[0] ?? ""
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}
