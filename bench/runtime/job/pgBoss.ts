import { ownerRole } from "@innkeeper/database"
import { Effect, Layer } from "effect"
import { PgBoss } from "pg-boss"
import type { DatabaseAddress } from "../BenchPostgres.ts"
import { maxConnections } from "../maxConnections.ts"
import { Meter } from "../Meter.ts"
import { sideMain } from "../side.ts"
import { measureJobs } from "./measureJobs.ts"
import { concurrency, Queue, start } from "./Queue.ts"

/** pg-boss, told of new jobs by `NOTIFY` and fetching without a rest while there are more. */
const queue = ({ database, host }: DatabaseAddress) =>
  Layer.effect(
    Queue,
    Effect.gen(function*() {
      const boss = yield* Effect.acquireRelease(
        Effect.promise(() =>
          new PgBoss({ host, database, user: ownerRole, max: maxConnections, useListenNotify: true }).start()
        ),
        (boss) => Effect.promise(() => boss.stop({ graceful: false }))
      )
      yield* Effect.promise(() => boss.createQueue("bench", { notify: true }))
      yield* Effect.promise(() =>
        boss.work<{ readonly number: number }>(
          "bench",
          { batchSize: concurrency, burstWhenBatchFull: true },
          (jobs) => {
            for (const { data } of jobs) start(data.number)
            return Promise.resolve()
          }
        )
      )
      return Queue.of({
        unfinished: "SELECT count(*) FROM pgboss.job WHERE state < 'completed'",
        enqueue: (numbers) =>
          Effect.promise(() => boss.insert("bench", numbers.map((number) => ({ data: { number } }))))
      })
    })
  )

sideMain(({ address, scale }) =>
  // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
  Effect.provide(measureJobs(scale), Layer.merge(queue(address), Meter.layer(address)))
)
