import type { ProvisionEvent, ProvisionRequest } from "@innkeeper/config"
import { platformWork } from "@innkeeper/database"
import { Cause, Clock, Context, Deferred, Duration, Effect, Fiber, Layer, Schedule, Schema, Stream } from "effect"
import { SecureRandom } from "effect/crypto"
import { OperationStopped } from "./OperationStopped.ts"
import { findOperation, insertLines, noteProgress, recordStep, type StoredOperation } from "./OperationStore.ts"
import { Provisioner } from "./Provisioner.ts"
import {
  abandonLease,
  findProvisioning,
  type Provisioning,
  releaseLease,
  renewLease,
  takeLease,
  writeBuilt
} from "./ProvisioningStore.ts"

/** The tenant's infrastructure is another's by now, and what this one began has been stopped. */
class LeaseLost extends Schema.TaggedError<LeaseLost>()("LeaseLost", {}) {}

type Done = Extract<ProvisionEvent, { readonly _tag: "Done" }>

/** What is to be provisioned, as a step of an operation. */
export interface Provision {
  readonly operation: StoredOperation
  /** By which the operation remembers that it has been done. */
  readonly key: string
  /** The step in words. */
  readonly text: string
  /** Whether it goes on when somebody asks the operation to stop, as what undoes it does. */
  readonly goesOn: boolean
  /** What to ask for, by what is built at present. */
  readonly request: (built: Provisioning) => Omit<ProvisionRequest, "operation" | "before">
}

/** How long a lease holds, how often it is prolonged, and how often lines are stored. */
export interface LeaseOptions {
  readonly duration: Duration.Duration
  readonly renewEvery: Duration.Duration
  readonly storeEvery: Duration.Duration
}

const defaults: LeaseOptions = {
  duration: Duration.seconds(20),
  renewEvery: Duration.seconds(3),
  storeEvery: Duration.millis(400)
}

/** One try to provision. */
interface Run {
  /** Whether the one before it came to no end. */
  abandoned: boolean
  /** Whether it came to one, so that it has left no lock behind. */
  ended: boolean
}

/** An event as its line is kept: the record is kept once, beside the tenant. */
const asLine = (event: ProvisionEvent): ProvisionEvent => event._tag === "Done" ? { ...event, record: null } : event

/** Lets one at a time change the infrastructure of a tenant, whatever the number of pods, and writes down what it did. */
export class TenantProvisioning extends Context.Service<TenantProvisioning, {
  /** Does it, once: what is written down as done is not done again. */
  readonly provision: (wanted: Provision) => Effect.Effect<void, OperationStopped>
}>()("platform/TenantProvisioning") {
  static readonly layer = (options: LeaseOptions = defaults) =>
    Layer.effect(
      TenantProvisioning,
      Effect.gen(function*() {
        const across = yield* platformWork("provisioning")
        const provisioner = yield* Provisioner
        const seconds = Duration.toSeconds(options.duration)

        /** Waits for the lease. */
        const acquire = Effect.fnUntraced(function*({ goesOn, operation: { id, slug } }: Provision, holder: string) {
          for (;;) {
            const lease = yield* across(takeLease({ slug, holder, operation: id, seconds }))
            if (lease !== undefined) return lease
            const operation = yield* across(findOperation(id))
            if (!goesOn && operation?.cancelled === true) return yield* new OperationStopped({ problems: [] })
            yield* Effect.sleep("1 second")
          }
        })

        /** Runs the provisioner while the lease holds. `run.ended` says then whether nothing was left undone that it should know of. */
        const work = Effect.fnUntraced(function*(wanted: Provision, holder: string, run: Run) {
          const { goesOn, key, operation: { id, slug }, text } = wanted
          const now = yield* across(Effect.all({ operation: findOperation(id), built: findProvisioning(slug) }))
          if (now.operation === undefined || now.operation.results[key] === true) {
            run.ended = !run.abandoned
            return
          }
          const request = wanted.request(now.built)
          const stop = yield* Deferred.make<void>()
          const end = { done: undefined as Done | undefined }
          /** Lines that are not stored yet. */
          const told: Array<ProvisionEvent> = []

          /** Prolongs the lease and stores the lines so far, in one transaction with what else is to be written. */
          const store = Effect.fnUntraced(function*<E, R>(more: Effect.Effect<void, E, R>) {
            const lines = told.slice()
            yield* across(Effect.gen(function*() {
              if (!(yield* renewLease(slug, holder, seconds))) return yield* new LeaseLost()
              yield* insertLines(id, text, lines.map(asLine))
              const progress = lines.findLast((event) => event._tag === "Progress")
              if (progress !== undefined) yield* noteProgress(id, progress)
              yield* more
            }))
            told.splice(0, lines.length)
          }, Effect.uninterruptible)

          const hearCancellation = Effect.gen(function*() {
            const operation = yield* findOperation(id)
            if (!goesOn && operation?.cancelled === true) yield* Deferred.succeed(stop, undefined)
          })
          /**
           * A database that is away for a moment costs nothing; for longer than the lease, it costs the lease. An answer that
           * does not come is not waited for: what is written too late is refused.
           */
          const storing = Effect.fnUntraced(function*<E, R>(more: Effect.Effect<void, E, R>) {
            const stored = yield* Effect.forkDetach(
              store(more).pipe(
                Effect.sandbox,
                Effect.retry({ schedule: Schedule.spaced("500 millis"), while: Cause.hasDies }),
                Effect.catch(Effect.failCause)
              )
            )
            yield* Effect.timeoutOrElse(Fiber.join(stored), {
              duration: Duration.times(options.duration, 0.7),
              orElse: () => Effect.andThen(Effect.forkDetach(Fiber.interrupt(stored)), new LeaseLost())
            })
          }, Effect.uninterruptible)
          const keep = Effect.gen(function*() {
            let renewed = yield* Clock.currentTimeMillis
            for (;;) {
              yield* Effect.sleep(options.storeEvery)
              const at = yield* Clock.currentTimeMillis
              if (told.length === 0 && at - renewed < Duration.toMillis(options.renewEvery)) continue
              yield* storing(hearCancellation)
              renewed = at
            }
          })

          const running = provisioner.run(
            { ...request, operation: id, before: now.built.record, ...run.abandoned && { abandoned: true } },
            Deferred.await(stop)
          ).pipe(Stream.runForEach((event) =>
            Effect.sync(() => {
              told.push(event)
              if (event._tag === "Done") end.done = event
              run.ended ||= event._tag === "Done" || (event._tag === "Failed" && !run.abandoned)
            })
          ))
          yield* Effect.raceFirst(running, keep).pipe(
            Effect.catchTag("ProvisionFailed", ({ problems }) =>
              Effect.gen(function*() {
                yield* storing(Effect.void)
                return yield* new OperationStopped({ problems: Deferred.isDoneUnsafe(stop) ? [] : problems })
              }))
          )
          const { done } = end
          if (done === undefined) return yield* Effect.die(new Error("A provisioner succeeded without Done"))
          const { action, config, service } = request
          yield* storing(Effect.gen(function*() {
            yield* writeBuilt(slug, {
              config: action === "destroy" ? null : config,
              service: action === "destroy" ? null : service,
              record: done.record,
              url: done.url,
              backup: done.backup
            })
            yield* recordStep(id, key, done.backup)
          }))
        })

        const provision = Effect.fn("TenantProvisioning.provision")((wanted: Provision) =>
          Effect.suspend(() => {
            const holder = SecureRandom.uuidV7Unsafe()
            const { slug } = wanted.operation
            // Waiting for a lease has to end with its pod, so it is no acquisition; what nobody holds is released in vain.
            const run: Run = { abandoned: false, ended: false }
            return acquire(wanted, holder).pipe(
              Effect.flatMap(({ abandoned }) => {
                run.abandoned = abandoned
                return work(wanted, holder, run)
              }),
              Effect.ensuring(Effect.suspend(() => across((run.ended ? releaseLease : abandonLease)(slug, holder))))
            )
          }).pipe(
            Effect.tapErrorTag("LeaseLost", () =>
              Effect.logWarning("Lost the lease of a tenant's infrastructure; waiting for it again").pipe(
                Effect.annotateLogs({ tenant: wanted.operation.slug, operation: wanted.operation.id })
              )),
            Effect.retry({ while: (error) => error._tag === "LeaseLost" })
          )
        )

        return TenantProvisioning.of({ provision })
      })
    )
}
