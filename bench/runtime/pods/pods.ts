import { Effect, Schema } from "effect"
import { milliseconds, perSecond, type Row } from "../../lib/table.ts"
import { showQueries } from "../callRows.ts"
import { compare } from "../compare.ts"
import { Cost } from "../Meter.ts"
import type { Scale } from "../Scale.ts"

export const PodsMeasured = Schema.Struct({
  /** Workflows of one activity, begun by all pods alike. `ownMillis` is that of all pods together. */
  busy: Schema.Struct({
    count: Schema.Int,
    perSecond: Schema.Finite,
    p50: Schema.Finite,
    p99: Schema.Finite,
    cost: Cost
  }),
  /** What a second costs in which nothing is to be done. */
  idle: Cost
})
export type PodsMeasured = typeof PodsMeasured.Type

const programs = { Innkeeper: import.meta.resolve("./innkeeper.ts") }

/** One pod and three on one database: what they carry, and what they cost while they rest. */
export const pods = Effect.fnUntraced(function*(scale: Scale) {
  const rows: Array<Row> = []
  for (const count of [1, 3]) {
    const { Innkeeper: { busy, idle } } = yield* compare({
      programs,
      measure: String(count),
      result: PodsMeasured,
      scale,
      badness: ({ busy }) => 1 / busy.perSecond
    })
    yield* showQueries({ [`${count} pods`]: busy.cost })
    const row = (measure: string, ours: string): Row => ({
      measure: `${count} ${count === 1 ? "pod" : "pods"}: ${measure}`,
      ours
    })
    rows.push(
      row("workflows, 32 at a time on each pod", perSecond(busy.perSecond)),
      row("a workflow, p50 and p99", `${milliseconds(busy.p50)}, ${milliseconds(busy.p99)}`),
      row("a workflow, statements and commits", `${busy.cost.statements.toFixed(1)}, ${busy.cost.commits.toFixed(1)}`),
      row("a workflow, processor of Node.js and PostgreSQL", processors(busy.cost)),
      row("at rest, statements a second", idle.statements.toFixed(1)),
      row("at rest, processor of Node.js and PostgreSQL a second", processors(idle)),
      row("at rest, write-ahead log a second", `${Math.round(idle.walBytes)} B`)
    )
  }
  return rows
})

const processors = ({ ownMillis, postgresMillis }: Cost) =>
  `${milliseconds(ownMillis)}, ${milliseconds(postgresMillis ?? Number.NaN)}`
