import { OwnerSql } from "@innkeeper/database"
import { Console, Effect } from "effect"
import { innkeeperBody } from "../../alerting/bodies.ts"
import { Innkeeper, innkeeperWithMail } from "../../alerting/Innkeeper.ts"
import { MailSink } from "../../alerting/MailSink.ts"
import { awaitPages } from "../../alerting/pages.ts"
import { freshly } from "../../lib/freshly.ts"
import { steady } from "../../lib/load.ts"
import { familyProcessorMillis } from "../../lib/processorTime.ts"
import { milliseconds, type Row } from "../../lib/table.ts"
import type { Scale } from "../Scale.ts"

/** Incidents a second, well below what the machine carries: what each costs then holds nothing of a queue. */
const rate = 25

const counters = Effect.gen(function*() {
  const sql = yield* OwnerSql
  const { pid } = yield* Innkeeper
  const [row] = yield* sql<
    {
      inserted: number
      updated: number
      messages: number
      commits: number
      wal: number
      connections: number
      postmaster: string
    }
  >`
    SELECT sum(n_tup_ins)::float8 AS inserted, sum(n_tup_upd)::float8 AS updated,
      sum(n_tup_ins) FILTER (WHERE relname = 'cluster_messages')::float8 AS messages,
      (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database())::float8 AS commits,
      (pg_current_wal_insert_lsn() - '0/0')::float8 AS wal,
      (SELECT count(*) FROM pg_stat_activity WHERE application_name = 'innkeeper')::int AS connections,
      split_part(pg_read_file('postmaster.pid'), E'\n', 1) AS postmaster
    FROM pg_stat_user_tables`
  return {
    ...row!,
    server: (yield* familyProcessorMillis(String(pid))) ?? Number.NaN,
    postgres: (yield* familyProcessorMillis(row!.postmaster)) ?? Number.NaN
  }
})

const measure = Effect.fnUntraced(function*({ seconds, warmUp }: Scale) {
  const { alertUrl } = yield* Innkeeper
  const { arrivals } = yield* MailSink
  let sent = 0
  const load = Effect.fnUntraced(function*(phase: string, lasting: number) {
    yield* steady({
      name: `Innkeeper, ${rate} incidents a second`,
      url: alertUrl,
      perSecond: rate,
      lasting: `${lasting} seconds`,
      body: (index) => innkeeperBody(`${phase}-${index}`),
      onAnswer: () => sent++
    })
    yield* awaitPages("Innkeeper", arrivals, sent)
  })
  yield* load("warm-up", warmUp + 5)
  const before = yield* counters
  const atFirst = sent
  // `awaitPages` rests for three seconds: what a resting server costs is taken off below.
  yield* load("measured", seconds)
  const after = yield* counters
  yield* Effect.sleep(`${seconds + 3} seconds`)
  const rested = yield* counters
  const count = sent - atFirst
  type Counter = Exclude<keyof typeof after, "postmaster" | "connections">
  return {
    each: (counter: Counter) => (after[counter] - before[counter] - (rested[counter] - after[counter])) / count,
    /** Of a second in which nothing comes. */
    resting: (counter: Counter) => (rested[counter] - after[counter]) / (seconds + 3),
    connections: after.connections
  }
})

/** What one alert that opens an incident and pages one person costs, in the whole product. */
export const incident = Effect.fnUntraced(function*(scale: Scale) {
  yield* Console.log("  incidents: Innkeeper")
  const { connections, each, resting } = yield* freshly(measure(scale), innkeeperWithMail)
  const row = (measure: string, ours: string): Row => ({ measure: `Incident that pages one person: ${measure}`, ours })
  return [
    row(
      "rows inserted, updated, commits",
      [each("inserted"), each("updated"), each("commits")].map((number) => number.toFixed(1)).join(", ")
    ),
    row("messages of the cluster", each("messages").toFixed(1)),
    row("write-ahead log", `${Math.round(each("wal"))} B`),
    row("processor of Node.js and PostgreSQL", `${milliseconds(each("server"))}, ${milliseconds(each("postgres"))}`),
    {
      measure: "Whole server at rest, a second: processor of Node.js and PostgreSQL, commits",
      ours: `${milliseconds(resting("server"))}, ${milliseconds(resting("postgres"))}, ${resting("commits").toFixed(1)}`
    },
    { measure: "Whole server: connections to PostgreSQL", ours: String(connections) }
  ]
})
