/** One line of the results. What was not measured of a program, or not asked for, is left empty. */
export interface Row {
  readonly measure: string
  readonly ours: string
  readonly peer?: string
  /** Ours divided by the peer's. */
  readonly ratio?: number
  readonly aim?: string
}

/** Results as a Markdown table beside those of the named peer. */
export const table = (rows: ReadonlyArray<Row>, peer = "Alertmanager"): string => {
  const cells = [
    ["Measure", "Innkeeper", peer, "Ratio", "Aim"],
    ...rows.map(({ aim = "", measure, ours, peer: theirs = "", ratio }) => [
      measure,
      ours,
      theirs,
      ratio === undefined ? "" : ratio < 10 ? ratio.toPrecision(2) : ratio.toFixed(0),
      aim
    ])
  ]
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const line = (row: ReadonlyArray<string>) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`
  const [head, ...body] = cells
  return [line(head!), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n")
}

export const milliseconds = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`

export const times = ({ p50, p99, worst }: { readonly p50: number; readonly p99: number; readonly worst: number }) =>
  `p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}, worst ${milliseconds(worst)}`

export const perSecond = (value: number) => `${Math.round(value)}/s`

export const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MiB`
