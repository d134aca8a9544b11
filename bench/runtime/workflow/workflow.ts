import { Effect } from "effect"
import { milliseconds, type Row } from "../../lib/table.ts"
import { callRows, showQueries } from "../callRows.ts"
import { busyMillis, CallsMeasured } from "../Calls.ts"
import { compare } from "../compare.ts"
import type { Scale } from "../Scale.ts"
import { type NapsMeasured, NapsMeasured as Napped } from "./Naps.ts"

const programs = {
  Innkeeper: import.meta.resolve("./innkeeper.ts"),
  DBOS: import.meta.resolve("./dbos.ts")
}
const withStored = { ...programs, stored: import.meta.resolve("./innkeeperStored.ts") }

/** Workflows of one activity: throughput, latency and what one costs the database. */
export const workflow = Effect.fnUntraced(function*(scale: Scale) {
  const { DBOS, Innkeeper } = yield* compare({
    programs,
    measure: "calls",
    result: CallsMeasured,
    scale,
    badness: busyMillis
  })
  yield* showQueries({ Innkeeper: Innkeeper.busy.cost, DBOS: DBOS.busy.cost })
  return callRows("Workflow of one activity", Innkeeper, DBOS)
})

/** Durable sleeps that are begun at once: how late they end. */
export const timers = Effect.fnUntraced(function*(scale: Scale) {
  const { DBOS, Innkeeper, stored } = yield* compare({
    programs: withStored,
    measure: "naps",
    result: Napped,
    scale,
    badness: ({ late }) => late.p99
  })
  yield* showQueries({ Innkeeper: Innkeeper.cost, "Innkeeper, put away": stored.cost, DBOS: DBOS.cost })
  const rowOf = (who: string, ours: NapsMeasured) =>
  (
    measure: string,
    get: (measured: NapsMeasured) => number,
    show: (value: number) => string,
    aim?: string
  ): Row => ({
    measure: `${scale.naps} durable timers of 3 s at once${who}: ${measure}`,
    ours: show(get(ours)),
    peer: `DBOS ${show(get(DBOS))}`,
    ratio: get(ours) / get(DBOS),
    ...aim !== undefined && { aim }
  })
  const row = rowOf("", Innkeeper)
  const putAway = rowOf(", put away", stored)
  return [
    row("lateness, p50", ({ late }) => late.p50, milliseconds),
    row("lateness, p99", ({ late }) => late.p99, milliseconds, "≤ 100 ms"),
    row("lateness, worst", ({ late }) => late.worst, milliseconds),
    row("processor of one, Node.js", ({ cost }) => cost.ownMillis, milliseconds),
    row("processor of one, PostgreSQL", ({ cost }) => cost.postgresMillis ?? Number.NaN, milliseconds),
    putAway("lateness, p50", ({ late }) => late.p50, milliseconds),
    putAway("lateness, p99", ({ late }) => late.p99, milliseconds)
  ]
})
