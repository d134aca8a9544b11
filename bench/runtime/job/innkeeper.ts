import { asTenant } from "@innkeeper/database"
import { clusterLayer, Job, JobQueue, JobRunner, Jobs, JobSignal, JobWorker } from "@innkeeper/runtime"
import { Effect, Layer, Schema } from "effect"
import { innkeeperDatabase } from "../innkeeperDatabase.ts"
import { makeTenants } from "../makeTenants.ts"
import { Meter } from "../Meter.ts"
import type { Scale } from "../Scale.ts"
import { sideMain, type Task } from "../side.ts"
import { measureFairness } from "./measureFairness.ts"
import { measureJobs } from "./measureJobs.ts"
import { measureTenants } from "./measureTenants.ts"
import { concurrency, Queue, start } from "./Queue.ts"

const Count = Job.make("bench.count", {
  queue: JobQueue.make("bench", { concurrency }),
  payload: Schema.Struct({ number: Schema.Int })
})

const Worker = JobWorker.layer(Count, ({ number }) => Effect.sync(() => start(number)))

/** The product's jobs, one process. */
const queue = ({ address, measure, scale }: Task) =>
  Layer.effect(
    Queue,
    Effect.gen(function*() {
      const { enqueueAll } = yield* Jobs
      const tenants = yield* makeTenants(measure === "tenants" ? scale.tenants : 2)
      return Queue.of({
        enqueue: (numbers, tenant = 0) =>
          enqueueAll(Count, numbers.map((number) => ({ number }))).pipe(asTenant(tenants[tenant]!), Effect.orDie),
        unfinished: "SELECT count(*) FROM job WHERE state IN ('scheduled', 'ready', 'running')"
      })
    })
  ).pipe(
    Layer.provide(Worker),
    Layer.provide(JobRunner.layer),
    Layer.provide(JobSignal.layer),
    Layer.provide(Jobs.layer),
    Layer.provide(clusterLayer({ kind: "embedded" })),
    Layer.provide(innkeeperDatabase(address))
  )

const measures: Readonly<Record<string, (scale: Scale) => Effect.Effect<unknown, never, Queue | Meter>>> = {
  jobs: measureJobs,
  fairness: measureFairness,
  tenants: measureTenants
}

sideMain((task) =>
  // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
  Effect.provide(measures[task.measure]!(task.scale), Layer.merge(queue(task), Meter.layer(task.address)))
)
