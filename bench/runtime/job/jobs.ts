import { Effect } from "effect"
import { milliseconds, perSecond, type Row } from "../../lib/table.ts"
import { compare } from "../compare.ts"
import type { Cost } from "../Meter.ts"
import type { Scale } from "../Scale.ts"
import { FairnessMeasured } from "./measureFairness.ts"
import { type JobsMeasured, JobsMeasured as Measured } from "./measureJobs.ts"
import { TenantsMeasured } from "./measureTenants.ts"

const innkeeper = import.meta.resolve("./innkeeper.ts")
const graphileWorker = import.meta.resolve("./graphileWorker.ts")

const programs = {
  Innkeeper: innkeeper,
  "pg-boss": import.meta.resolve("./pgBoss.ts"),
  "graphile-worker": graphileWorker
}

const badness = ({ singly, together }: JobsMeasured) => 1 / singly.result + 1 / together.result

/** Jobs: from storing to start when idle, and how many a second. */
export const jobs = Effect.fnUntraced(function*(scale: Scale) {
  const { Innkeeper: ours, ...plain } = yield* compare({ programs, measure: "jobs", result: Measured, scale, badness })
  const batched = yield* compare({
    programs: { "graphile-worker, batching": graphileWorker },
    measure: "batched",
    result: Measured,
    scale,
    badness
  })
  const peers = Object.entries<JobsMeasured>({ ...plain, ...batched })
  const rows = (
    measure: string,
    get: (measured: JobsMeasured) => number,
    show: (value: number) => string,
    aim?: string
  ) =>
    peers.map(([name, peer]): Row => ({
      measure,
      ours: show(get(ours)),
      peer: `${name} ${show(get(peer))}`,
      ratio: get(ours) / get(peer),
      ...aim !== undefined && { aim }
    }))
  const costRows = (measure: string, get: (measured: JobsMeasured) => Cost) =>
    peers.map(([name, peer]): Row => ({ measure, ours: costs(get(ours)), peer: `${name} ${costs(get(peer))}` }))
  const all = `${scale.jobs} jobs`
  return [
    ...rows("Job when idle, from storing to start: p50", ({ idle }) => idle.p50, milliseconds),
    ...rows("Job when idle, from storing to start: p99", ({ idle }) => idle.p99, milliseconds, "≤ 20 ms"),
    ...rows(`${all}, stored 100 at a time, until done`, ({ together }) => together.result, perSecond, "ratio ≥ 1"),
    ...rows(`${all}, stored one by one, until done`, ({ singly }) => singly.result, perSecond, "ratio ≥ 1"),
    ...costRows(`${all}, stored 100 at a time: cost of one`, ({ together }) => together.cost),
    ...costRows(`${all}, stored one by one: cost of one`, ({ singly }) => singly.cost)
  ]
})

const costs = ({ ownMillis, postgresMillis, statements, walBytes }: Cost) =>
  [
    `${statements.toFixed(1)} statements`,
    `${Math.round(walBytes)} B`,
    `${ownMillis.toFixed(2)} ms + ${(postgresMillis ?? Number.NaN).toFixed(2)} ms`
  ].join(", ")

/** What one tenant feels of another's flood. */
export const fairness = Effect.fnUntraced(function*(scale: Scale) {
  const { Innkeeper } = yield* compare({
    programs: { Innkeeper: innkeeper },
    measure: "fairness",
    result: FairnessMeasured,
    scale,
    badness: ({ flooded, idle }) => flooded.p99 + idle.p99
  })
  const { done, flooded, idle, inLine } = Innkeeper
  const row = (measure: string, { p50, p99 }: typeof idle): Row => ({
    measure: `Job of tenant B, from storing to start, ${measure}: p50, p99`,
    ours: `${milliseconds(p50)}, ${milliseconds(p99)}`
  })
  return [
    row("while nobody else has any", idle),
    {
      ...row(`while tenant A stores and runs ${scale.flood}`, flooded),
      peer: `idle ${milliseconds(idle.p99)}`,
      ratio: flooded.p99 / idle.p99,
      aim: "p99 ratio ≤ 2"
    },
    {
      ...row(`were both one tenant, in line with ${scale.flood}`, inLine),
      peer: `fair ${milliseconds(flooded.p99)}`,
      ratio: inLine.p99 / flooded.p99
    },
    {
      measure: `${scale.flood} jobs of tenant A, stored and done beside those of B`,
      ours: perSecond(done.beside),
      peer: `alone ${perSecond(done.alone)}`,
      ratio: done.beside / done.alone
    }
  ]
})

/** Jobs of many tenants beside those of one. */
export const tenants = Effect.fnUntraced(function*(scale: Scale) {
  const { Innkeeper: { each, idle } } = yield* compare({
    programs: { Innkeeper: innkeeper },
    measure: "tenants",
    result: TenantsMeasured,
    scale,
    badness: ({ each }) => 1 / each.result
  })
  const rows: ReadonlyArray<Row> = [
    { measure: `${scale.tenants} jobs of ${scale.tenants} tenants, stored one by one`, ours: perSecond(each.result) },
    { measure: `${scale.tenants} jobs of ${scale.tenants} tenants: cost of one`, ours: costs(each.cost) },
    {
      measure: `Job of one of ${scale.tenants} tenants when idle, from storing to start: p50, p99`,
      ours: `${milliseconds(idle.p50)}, ${milliseconds(idle.p99)}`
    }
  ]
  return rows
})
