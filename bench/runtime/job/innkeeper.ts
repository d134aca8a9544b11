import { asTenant } from "@innkeeper/database"
import { clusterLayer, Job, JobQueue, JobRunner, Jobs, JobSignal, JobWorker } from "@innkeeper/runtime"
import { Effect, Layer, Schema } from "effect"
import type { DatabaseAddress } from "../BenchPostgres.ts"
import { innkeeperDatabase } from "../innkeeperDatabase.ts"
import { makeTenant } from "../makeTenant.ts"
import { Meter } from "../Meter.ts"
import { sideMain } from "../side.ts"
import { measureFairness } from "./measureFairness.ts"
import { measureJobs } from "./measureJobs.ts"
import { concurrency, Queue, start } from "./Queue.ts"

const Count = Job.make("bench.count", {
  queue: JobQueue.make("bench", { concurrency }),
  payload: Schema.Struct({ number: Schema.Int })
})

const Worker = JobWorker.layer(Count, ({ number }) => Effect.sync(() => start(number)))

/** The product's jobs, one process. */
const queue = (address: DatabaseAddress) =>
  Layer.effect(
    Queue,
    Effect.gen(function*() {
      const { enqueueAll } = yield* Jobs
      const tenants = { a: yield* makeTenant("a"), b: yield* makeTenant("b") }
      return Queue.of({
        enqueue: (numbers, tenant = "a") =>
          enqueueAll(Count, numbers.map((number) => ({ number }))).pipe(asTenant(tenants[tenant]), Effect.orDie),
        unfinished: "SELECT count(*) FROM job WHERE state IN ('scheduled', 'ready', 'running')"
      })
    })
  ).pipe(
    Layer.provide([Jobs.layer, Worker]),
    Layer.provide(JobRunner.layer),
    Layer.provide(JobSignal.layer),
    Layer.provide(clusterLayer({ kind: "embedded" })),
    Layer.provide(innkeeperDatabase(address))
  )

sideMain(({ address, measure, scale }) => {
  const measured: Effect.Effect<unknown, never, Queue | Meter> = measure === "fairness"
    ? measureFairness(scale)
    : measureJobs(scale)
  // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
  return Effect.provide(measured, Layer.merge(queue(address), Meter.layer(address)))
})
