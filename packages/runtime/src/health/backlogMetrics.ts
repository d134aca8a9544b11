import { PgClient } from "@effect/sql-pg"
import { withPlatform } from "@innkeeper/database"
import { Duration, Effect, Layer, Metric, Schedule } from "effect"
import { SqlClient } from "effect/sql"
import { findEntityLoads } from "../cluster/ClusterStore.ts"
import { clusterSettings } from "../cluster/Settings.ts"
import { findPresentConsumers } from "../event/ConsumerStore.ts"
import { survive } from "../survive.ts"
import { connectionStates, jobBacklogs } from "./BacklogStore.ts"

const everywhere = "the same on every pod"

const lag = Metric.gauge("event_consumer_lag_seconds", {
  description: `Age of the oldest event that a consumer has still to handle; ${everywhere}`
})
const unread = Metric.gauge("event_consumer_waiting_events", {
  description: `Events that a consumer has still to handle, counted up to 10 000; ${everywhere}`
})
const messages = Metric.gauge("cluster_messages_waiting", {
  description: `Stored messages that are due and that no entity has taken, by type; ${everywhere}`
})
const oldestMessage = Metric.gauge("cluster_messages_oldest_seconds", {
  description: `How long the oldest message that no entity has taken has been due, by type of entity; ${everywhere}`
})
const jobs = Metric.gauge("jobs_waiting", { description: `Jobs that are due and have not begun; ${everywhere}` })
const oldestJob = Metric.gauge("jobs_oldest_wait_seconds", {
  description: `How long the oldest job that has not begun has been due; ${everywhere}`
})
const deadJobs = Metric.gauge("jobs_dead", {
  description: `Jobs that failed for good and that nobody has dealt with; ${everywhere}`
})
const connections = Metric.gauge("database_connections", {
  description: `Connections of all pods to the database, by state; ${everywhere}`
})
const poolSize = Metric.gauge("database_pool_max_connections", {
  description: "Connections that this process may have to the database"
})
const poolWait = Metric.gauge("database_pool_wait_seconds", {
  description: "How long this process last waited for a connection of its own from its pool"
})

/** How long a look waits for a connection. */
const patience = Duration.seconds(10)

/** Sets a gauge for each name; one that was there before and is not any more is 0, not what it was. */
const makeGauges = (gauge: Metric.Metric<number, unknown>, label: string) => {
  const known = new Set<string>()
  return Effect.fnUntraced(function*(values: Readonly<Record<string, number>>) {
    for (const name of Object.keys(values)) known.add(name)
    for (const name of known) yield* Metric.update(Metric.withAttributes(gauge, { [label]: name }), values[name] ?? 0)
  })
}

const by = <A>(rows: ReadonlyArray<A>, name: (row: A) => string, value: (row: A) => number) =>
  Object.fromEntries(rows.map((row) => [name(row), value(row)]))

/** What waits, read from the database every 15 s: events, messages of entities, jobs, and those who wait for a connection. */
export const backlogMetricsLayer = Layer.effectDiscard(Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const { config } = yield* PgClient.PgClient

  const gauges = {
    lag: makeGauges(lag, "consumer"),
    unread: makeGauges(unread, "consumer"),
    messages: makeGauges(messages, "entity_type"),
    oldestMessage: makeGauges(oldestMessage, "entity_type"),
    jobs: makeGauges(jobs, "queue"),
    oldestJob: makeGauges(oldestJob, "queue"),
    deadJobs: makeGauges(deadJobs, "queue"),
    connections: makeGauges(connections, "state")
  }

  const measureBacklog = Effect.gen(function*() {
    const consumers = yield* withPlatform("backlog metrics")(findPresentConsumers)
    yield* gauges.lag(by(consumers, ({ name }) => name, ({ lagSeconds }) => lagSeconds))
    yield* gauges.unread(by(consumers, ({ name }) => name, ({ waiting }) => waiting))
    const loads = yield* findEntityLoads(clusterSettings.shardsPerGroup)
    yield* gauges.messages(by(loads, ({ type }) => type, ({ waiting }) => waiting))
    yield* gauges.oldestMessage(by(loads, ({ type }) => type, ({ oldestSeconds }) => oldestSeconds ?? 0))
    const queues = yield* withPlatform("backlog metrics")(jobBacklogs)
    yield* gauges.jobs(by(queues, ({ queue }) => queue, ({ waiting }) => waiting))
    yield* gauges.oldestJob(by(queues, ({ queue }) => queue, ({ oldestSeconds }) => oldestSeconds))
    yield* gauges.deadJobs(by(queues, ({ queue }) => queue, ({ dead }) => dead))
    yield* gauges.connections(by(yield* connectionStates, ({ state }) => state, ({ count }) => count))
  })

  const measurePool = Effect.gen(function*() {
    yield* Metric.update(poolSize, "maxConnections" in config ? Number(config.maxConnections) : 10)
    // A wait that does not end is told, too.
    const [waited] = yield* Effect.timed(Effect.timeoutOption(Effect.scoped(sql.reserve), patience))
    yield* Metric.update(poolWait, Duration.toSeconds(waited))
  })

  /** Each on its own: without a connection the one has nothing to tell and the other tells just that. */
  const repeated = <E, R>(measure: Effect.Effect<void, E, R>) =>
    measure.pipe(
      survive("Could not measure what waits"),
      Effect.repeat(Schedule.spaced("15 seconds")),
      Effect.forkScoped
    )
  yield* repeated(measureBacklog)
  yield* repeated(measurePool)
}))
