import { withPlatform } from "@innkeeper/database"
import { Clock, Context, Duration, Effect, Layer, Scope } from "effect"
import { Sharding } from "effect/cluster"
import { SqlClient } from "effect/sql"
import type { AnyJob } from "./Job.ts"
import type { RunAttempt } from "./JobAttempt.ts"
import { announceQueue } from "./JobPartitionStore.ts"
import type { JobQueue } from "./JobQueue.ts"
import { JobSession } from "./JobSession.ts"
import { JobSignal } from "./JobSignal.ts"
import { ownPartition } from "./PartitionOwner.ts"

/** A type of job that this process can run. */
export interface JobHandler {
  readonly job: AnyJob
  readonly run: RunAttempt
}

/** What an owner may do with jobs of a type: run them, leave them to the next owner, or say that nobody knows them. */
export type Known = JobHandler | "leave" | "unknown"

/** After a queue has started, so long do its handlers have to register. */
const settling = Duration.toMillis("30 seconds")

/**
 * Runs the jobs of this process's handlers: the partitions of their queues that the cluster gives to this process.
 *
 * Processes of one cluster are equal: each has handlers for the same types of jobs.
 */
export class JobRunner extends Context.Service<JobRunner, {
  /** Takes jobs of the type while the scope is open. The first one of a queue starts the queue. */
  readonly register: (handler: JobHandler) => Effect.Effect<void, never, Scope.Scope>
}>()("runtime/JobRunner") {
  static readonly layer = Layer.effect(
    JobRunner,
    Effect.gen(function*() {
      const sharding = yield* Sharding.Sharding
      const sql = yield* SqlClient.SqlClient
      const owners = Context.make(SqlClient.SqlClient, sql).pipe(
        Context.add(JobSignal, yield* JobSignal),
        Context.add(JobSession, yield* JobSession)
      )
      const scope = yield* Effect.scope
      const handlers = new Map<string, JobHandler>()
      const withdrawn = new Set<string>()
      const queues = new Map<string, { readonly settings: JobQueue; readonly since: number }>()

      const known = (queue: JobQueue, name: string, now: number): Known => {
        const handler = handlers.get(name)
        if (handler !== undefined && handler.job.queue.name === queue.name) return handler
        return withdrawn.has(name) || now - queues.get(queue.name)!.since < settling ? "leave" : "unknown"
      }

      const startQueue = Effect.fnUntraced(
        function*(queue: JobQueue) {
          queues.set(queue.name, { settings: queue, since: yield* Clock.currentTimeMillis })
          yield* withPlatform("queue of jobs")(announceQueue(queue.name, queue.partitions)).pipe(Effect.orDie)
          for (let partition = 0; partition < queue.partitions; partition++) {
            yield* sharding.registerSingleton(
              `jobs/${queue.name}/${partition}`,
              ownPartition({ queue, partition, known: (name, now) => known(queue, name, now) })
            )
          }
        },
        Effect.provideContext(owners)
      )

      const register = Effect.fnUntraced(function*(handler: JobHandler) {
        const { name, queue } = handler.job
        if (handlers.has(name)) return yield* Effect.die(`Jobs of the type ${name} have two handlers`)
        yield* Effect.acquireRelease(
          Effect.sync(() => {
            handlers.set(name, handler)
            withdrawn.delete(name)
          }),
          () =>
            Effect.sync(() => {
              handlers.delete(name)
              withdrawn.add(name)
            })
        )
        const started = queues.get(queue.name)?.settings
        if (started === undefined) return yield* Effect.provideService(startQueue(queue), Scope.Scope, scope)
        if (!sameQueue(started, queue)) {
          return yield* Effect.die(`The queue ${queue.name} is declared twice, with different settings`)
        }
      })

      return JobRunner.of({ register })
    })
  ).pipe(Layer.provide(JobSession.layer))
}

const sameQueue = (a: JobQueue, b: JobQueue) =>
  a.concurrency === b.concurrency && a.partitions === b.partitions && a.rate?.limit === b.rate?.limit &&
  (a.rate === undefined || b.rate === undefined || Duration.equals(a.rate.window, b.rate.window))
