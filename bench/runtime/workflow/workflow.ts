import { Effect } from "effect"
import { milliseconds, type Row } from "../../lib/table.ts"
import { callRows, showQueries } from "../callRows.ts"
import { busyMillis, CallsMeasured } from "../Calls.ts"
import { compare } from "../compare.ts"
import type { Scale } from "../Scale.ts"
import { NapsMeasured } from "./Naps.ts"

const programs = {
  Innkeeper: import.meta.resolve("./innkeeper.ts"),
  DBOS: import.meta.resolve("./dbos.ts")
}

/** Workflows of one activity: throughput, latency and what one costs the database. */
export const workflow = Effect.fnUntraced(function*(scale: Scale) {
  const { DBOS, Innkeeper } = yield* compare({
    programs,
    measure: "calls",
    result: CallsMeasured,
    scale,
    badness: busyMillis
  })
  yield* showQueries({ Innkeeper, DBOS })
  return callRows("Workflow of one activity", Innkeeper, DBOS)
})

/** Durable sleeps that are begun at once: how late they end. */
export const timers = Effect.fnUntraced(function*(scale: Scale) {
  const { DBOS, Innkeeper } = yield* compare({
    programs,
    measure: "naps",
    result: NapsMeasured,
    scale,
    badness: ({ p99 }) => p99
  })
  const row = (measure: string, ours: number, peer: number, aim?: string): Row => ({
    measure: `${scale.naps} durable timers of 3 s at once: lateness, ${measure}`,
    ours: milliseconds(ours),
    peer: `DBOS ${milliseconds(peer)}`,
    ratio: ours / peer,
    ...aim !== undefined && { aim }
  })
  return [
    row("p50", Innkeeper.p50, DBOS.p50),
    row("p99", Innkeeper.p99, DBOS.p99, "≤ 100 ms"),
    row("worst", Innkeeper.worst, DBOS.worst)
  ]
})
