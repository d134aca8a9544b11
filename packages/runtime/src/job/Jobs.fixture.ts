import { appRole, asTenant, type CurrentTenant, OwnerSql } from "@innkeeper/database"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { Context, Effect, Layer, Schedule, Scope } from "effect"
import { clusterLayer, type ClusterMode } from "../cluster/Cluster.ts"
import { migrations } from "../Migrations.ts"
import { JobOperator } from "./JobOperator.ts"
import type { JobDetail, JobId, JobState } from "./JobRecord.ts"
import { JobRunner } from "./JobRunner.ts"
import { Jobs } from "./Jobs.ts"
import { JobSignal } from "./JobSignal.ts"
import { OwnersHere } from "./OwnersHere.ts"

/** A database with jobs, and nobody who runs them. */
export const JobsDatabase = Layer.merge(Jobs.layer, JobOperator.layer).pipe(
  Layer.provideMerge(TestDatabase.layer([migrations]))
)

/** What a process needs to run jobs. */
const runner = (mode: ClusterMode) =>
  JobRunner.layer.pipe(
    Layer.provide(JobSignal.layer),
    Layer.provide(OwnersHere.layer),
    Layer.provide(Layer.orDie(clusterLayer(mode)))
  )

/** A database with jobs, and one process that can run them. */
export const JobsLive = Layer.provideMerge(runner({ kind: "embedded" }), JobsDatabase)

/** Starts a process with these handlers that stores jobs itself, and gives its `Jobs` and the scope that stops it. */
export const startStoring = Effect.fnUntraced(function*(handlers: Layer.Layer<never, never, JobRunner>) {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const whole = Layer.provideMerge(handlers, Layer.merge(runner({ kind: "embedded" }), Jobs.layer))
  const jobs = Context.get(yield* Layer.buildWithScope(Layer.fresh(whole), scope), Jobs)
  return { jobs, scope }
})

/** As `startStoring`, but what stores jobs is built before what runs them, as the server does it. */
export const startInParts = Effect.fnUntraced(function*(handlers: Layer.Layer<never, never, JobRunner>) {
  const services = yield* Layer.build(Layer.fresh(Jobs.layer))
  const running = JobRunner.layer.pipe(
    Layer.provide(JobSignal.layer),
    Layer.provide(Layer.orDie(clusterLayer({ kind: "embedded" })))
  )
  yield* Layer.build(Layer.fresh(Layer.provide(handlers, running)).pipe(Layer.provide(Layer.succeedContext(services))))
  return Context.get(services, Jobs)
})

/** Starts a process with these handlers; it stops, as on SIGTERM, when the returned scope is closed. */
export const startProcess = (
  handlers: Layer.Layer<never, never, JobRunner>,
  mode: ClusterMode = { kind: "embedded" }
) => work(Layer.fresh(Layer.provide(handlers, runner(mode))))

let tenants = 0

/** A new tenant, and how to do something as it. */
export const newTenant = Effect.gen(function*() {
  const id = yield* makeTenant(`jobs-${++tenants}`)
  const as = <A, E, R>(effect: Effect.Effect<A, E, R>) => asTenant(id)(effect)
  return { id, as }
})

/** Runs handlers until the returned scope is closed. */
export const work = Effect.fnUntraced(function*<R>(layer: Layer.Layer<never, never, R>) {
  const scope = yield* Scope.fork(yield* Effect.scope)
  yield* Layer.buildWithScope(layer, scope)
  return scope
})

/** The job, once it is in one of the states. */
export const reached = (
  id: JobId,
  ...states: ReadonlyArray<JobState>
): Effect.Effect<JobDetail, never, Jobs | CurrentTenant> =>
  Effect.flatMap(Jobs, ({ status }) => status(id)).pipe(
    Effect.orDie,
    Effect.repeat({ until: ({ state }) => states.includes(state), schedule: Schedule.spaced("10 millis") })
  )

/** Ends all sessions of processes, as a database that restarts does. */
export const cutSessions = Effect.flatMap(OwnerSql, (owner) =>
  owner`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = ${appRole}`)
