import { ownerRole } from "@innkeeper/database"
import { Effect, Layer } from "effect"
import { Logger, makeWorkerUtils, run } from "graphile-worker"
import { Pool } from "pg"
import type { DatabaseAddress } from "../BenchPostgres.ts"
import { maxConnections } from "../maxConnections.ts"
import { Meter } from "../Meter.ts"
import { sideMain, type Task } from "../side.ts"
import { measureJobs } from "./measureJobs.ts"
import { concurrency, Queue, start } from "./Queue.ts"

/** What its manual tells those who want throughput to set: fetching and completing jobs in batches. */
const batching = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }

const pool = ({ database, host }: DatabaseAddress) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const pool = new Pool({ host, database, user: ownerRole, max: maxConnections })
      // A session that ends while the pool closes is nobody's error.
      pool.on("error", () => {})
      pool.on("connect", (session) => session.on("error", () => {}))
      return pool
    }),
    (pool) => Effect.promise(() => pool.end())
  )

/** Graphile Worker with its defaults, or batching. */
const queue = ({ address, measure }: Task) =>
  Layer.effect(
    Queue,
    Effect.gen(function*() {
      const pgPool = yield* pool(address)
      const logger = new Logger(() => () => {})
      const utils = yield* Effect.acquireRelease(
        Effect.promise(() => makeWorkerUtils({ pgPool, logger })),
        (utils) => Effect.promise(() => Promise.resolve(utils.release()))
      )
      yield* Effect.promise(() => utils.migrate())
      yield* Effect.acquireRelease(
        Effect.promise(() =>
          run({
            pgPool,
            concurrency,
            noHandleSignals: true,
            logger,
            taskList: { bench: (payload) => start((payload as { readonly number: number }).number) },
            preset: { worker: measure === "batched" ? batching : {} }
          })
        ),
        (runner) => Effect.promise(() => runner.stop())
      )
      return Queue.of({
        unfinished: "SELECT count(*) FROM graphile_worker.jobs",
        enqueue: (numbers) =>
          Effect.promise(() => utils.addJobs(numbers.map((number) => ({ identifier: "bench", payload: { number } }))))
      })
    })
  )

sideMain((task) =>
  // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
  Effect.provide(measureJobs(task.scale), Layer.merge(queue(task), Meter.layer(task.address)))
)
