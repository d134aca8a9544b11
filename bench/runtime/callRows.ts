import { Console, Context, Effect } from "effect"
import { milliseconds, perSecond, type Row } from "../lib/table.ts"
import type { CallsMeasured } from "./Calls.ts"
import type { Cost } from "./Meter.ts"

/** The rows of an operation, beside those of a peer where there is one. */
export const callRows = (name: string, ours: CallsMeasured, peer?: CallsMeasured): ReadonlyArray<Row> => {
  const row = (
    measure: string,
    get: (measured: CallsMeasured) => number,
    show: (value: number) => string,
    aim?: string
  ): Row => ({
    measure: `${name}, ${measure}`,
    ours: show(get(ours)),
    ...peer !== undefined && { peer: show(get(peer)), ratio: get(ours) / get(peer) },
    ...aim !== undefined && peer !== undefined && { aim }
  })
  const bytes = (value: number) => `${Math.round(value)} B`
  const few = (value: number) => value.toFixed(1)
  return [
    row("32 at a time: completed", ({ busy }) => busy.result.perSecond, perSecond, "ratio ≥ 1"),
    row("32 at a time: p50", ({ busy }) => busy.result.p50, milliseconds),
    row("32 at a time: p99", ({ busy }) => busy.result.p99, milliseconds),
    row("32 at a time: statements", ({ busy }) => busy.cost.statements, few),
    row("32 at a time: commits", ({ busy }) => busy.cost.commits, few),
    row("32 at a time: write-ahead log", ({ busy }) => busy.cost.walBytes, bytes),
    row("32 at a time: processor, Node.js", ({ busy }) => busy.cost.ownMillis, milliseconds),
    row("32 at a time: processor, PostgreSQL", ({ busy }) => busy.cost.postgresMillis ?? Number.NaN, milliseconds),
    row("one at a time: p50", ({ alone }) => alone.result.p50, milliseconds, "ratio ≤ 1"),
    row("one at a time: p99", ({ alone }) => alone.result.p99, milliseconds, "ratio ≤ 1"),
    row("one at a time: statements", ({ alone }) => alone.cost.statements, few),
    row("one at a time: commits", ({ alone }) => alone.cost.commits, few),
    row("one at a time: write-ahead log", ({ alone }) => alone.cost.walBytes, bytes)
  ]
}

/** True when the statements of each operation are to be shown. */
export const ShowQueries = Context.Reference<boolean>("bench/runtime/ShowQueries", { defaultValue: () => false })

/** Prints the statements that one operation costs, those that take longest first, if that is wanted. */
export const showQueries = Effect.fnUntraced(function*(costs: Readonly<Record<string, Cost>>) {
  if (!(yield* ShowQueries)) return
  for (const [name, { queries }] of Object.entries(costs)) {
    yield* Console.log(`\n${name}: statements of one operation\n${queries.map(line).join("\n")}\n`)
  }
})

const line = ({ calls, millis, text, walBytes }: Cost["queries"][number]) =>
  [
    `${calls.toFixed(3)} calls`.padStart(12),
    `${millis.toFixed(3)} ms`.padStart(9),
    `${Math.round(walBytes)} B`.padStart(7),
    text.slice(0, 160)
  ].join("  ")
