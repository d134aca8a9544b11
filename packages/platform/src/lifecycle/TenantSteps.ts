import { isDatabaseAway, platformWork } from "@innkeeper/database"
import { untilBack } from "@innkeeper/runtime"
import { Cause, Context, DateTime, Effect, Layer, Metric, Schedule, type Schema } from "effect"
import { AdminAudit } from "../console/AdminAudit.ts"
import { findConfigs, lockTenant } from "../tenant/TenantConfigStore.ts"
import { givesBack, type OperationStep, stepText, undoText } from "./OperationStep.ts"
import { OperationStopped } from "./OperationStopped.ts"
import {
  beginStep,
  commitOperation,
  findLastOffboarding,
  findOperation,
  finishOperation,
  lockOperation,
  noteProblems,
  noteWaiting,
  recordStep,
  type StoredOperation
} from "./OperationStore.ts"
import { StepEffects } from "./StepEffects.ts"
import type { OperationId } from "./TenantOperation.ts"

const ended = Metric.counter("tenant_operations", {
  description: "Operations on tenants that have ended, by kind and outcome: succeeded, failed or cancelled",
  incremental: true
})

/** How often undoing is tried again. By default for some minutes: the database or a network may be away. */
const undoRetries = (times = 8) => Schedule.exponential("1 second").pipe(Schedule.upTo({ times }))

/** Runs `effect` again for about five minutes while the database is away: a lost session is no reason to undo an operation. */
const whileAway = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  effect.pipe(
    Effect.sandbox,
    Effect.retry({
      schedule: Schedule.upTo(untilBack, { times: 100 }),
      while: (cause) => !Cause.hasInterrupts(cause) && isDatabaseAway(cause)
    }),
    Effect.catch(Effect.failCause)
  )

/**
 * What an operation's workflow does. Each step may be asked for again after a crash: what is written down as done is not
 * done again, and all else comes to the same the second time.
 */
export class TenantSteps extends Context.Service<TenantSteps, {
  /** Takes the operation up, and tells its steps. */
  readonly begin: (id: OperationId) => Effect.Effect<ReadonlyArray<OperationStep>, OperationStopped>
  /** Says that the step with the number, from 1, comes next, unless somebody has asked to stop. */
  readonly enter: (id: OperationId, number: number) => Effect.Effect<void, OperationStopped>
  readonly take: (id: OperationId, number: number) => Effect.Effect<void, OperationStopped>
  /** Undoes a step, also one that was not finished. */
  readonly undo: (id: OperationId, number: number) => Effect.Effect<void>
  /** Begins to wait for the end of the retention. */
  readonly retain: (
    id: OperationId,
    number: number
  ) => Effect.Effect<{ readonly now: DateTime.Utc; readonly until: DateTime.Utc }, OperationStopped>
  /** From here on nothing is undone. False when the operation has ended meanwhile. */
  readonly beginRemoval: (id: OperationId) => Effect.Effect<boolean, OperationStopped>
  readonly end: (id: OperationId) => Effect.Effect<void>
  /** Ends an operation that did not succeed. The steps that it had taken are undone by now. */
  readonly giveUp: (id: OperationId) => Effect.Effect<void>
}>()("platform/TenantSteps") {
  /** `retentionDays`: of the data of a tenant that is off-boarded, unless the request says something else. */
  static readonly layer = (options: { readonly retentionDays: number; readonly undoTries?: number }) =>
    Layer.effect(
      TenantSteps,
      Effect.gen(function*() {
        const adminAudit = yield* AdminAudit
        const effects = yield* StepEffects
        const across = yield* platformWork("tenant operation")

        const known = (id: OperationId) =>
          across(findOperation(id)).pipe(Effect.flatMap(Effect.fromNullishOr), Effect.orDie)
        const locked = (id: OperationId) =>
          Effect.flatMap(lockOperation(id), (found) => Effect.orDie(Effect.fromNullishOr(found)))

        /** Puts on the admins' record what becomes of an operation. */
        const record = Effect.fnUntraced(
          function*(operation: StoredOperation, what: string, detail: Schema.JsonObject) {
            const { actor, id, kind, slug } = operation
            const [tenant] = yield* findConfigs(slug)
            yield* adminAudit.record({
              action: `tenant.${kind}.${what}`,
              subject: `tenant:${tenant?.id}`,
              detail: { slug, operation: id, ...detail },
              actor
            })
          }
        )

        /** Says what the operation does now, in its history and on the record. */
        const say = (operation: StoredOperation, text: string, status: "running" | "waiting" | "undoing") =>
          Effect.andThen(beginStep(operation.id, { text, status }), record(operation, "step", { step: text }))

        /** Notes why an operation goes no further. */
        const stopping = (id: OperationId) => ({ problems }: OperationStopped) =>
          whileAway(across(noteProblems(id, problems)))

        const begin = Effect.fn("TenantSteps.begin")(function*(id: OperationId) {
          const { finishedAt, steps } = yield* known(id)
          if (finishedAt !== null) return yield* new OperationStopped({ problems: [] })
          return steps
        }, whileAway)

        const enter = Effect.fn("TenantSteps.enter")((id: OperationId, number: number) =>
          whileAway(across(Effect.gen(function*() {
            const operation = yield* locked(id)
            const { cancelled, committed, finishedAt, steps } = operation
            if (finishedAt !== null || (cancelled && !committed)) return yield* new OperationStopped({ problems: [] })
            yield* say(operation, stepText(steps[number - 1]!), "running")
          })))
        )

        const take = Effect.fn("TenantSteps.take")(function*(id: OperationId, number: number) {
          yield* Effect.flatMap(
            known(id),
            (operation) => operation.results[`${number}`] === true ? Effect.void : effects.take(operation, number)
          ).pipe(
            whileAway,
            Effect.catchCauseIf(Cause.hasDies, (cause) =>
              Effect.andThen(
                Effect.logError("A step of a tenant's operation broke", cause).pipe(
                  Effect.annotateLogs({ operation: id, step: number })
                ),
                new OperationStopped({ problems: ["The server made a mistake, which is in its log"] })
              )),
            Effect.tapErrorTag("OperationStopped", stopping(id))
          )
        })

        const noteNotUndone = Effect.fnUntraced(function*(id: OperationId, number: number, reason: string) {
          const { kind, steps } = yield* locked(id)
          const keeps = givesBack(kind, steps[number - 1]!)
          if (keeps) yield* recordStep(id, "kept")
          yield* noteProblems(id, [
            `Step ${number} could not be undone: ${reason}`,
            ...keeps ? ["Its data stays where it has moved to, and the steps before that are not undone"] : []
          ])
        })

        const undo = Effect.fn("TenantSteps.undo")(
          function*(id: OperationId, number: number) {
            const operation = yield* known(id)
            if (operation.committed || operation.finishedAt !== null || operation.results["kept"] === true) return
            yield* across(say(operation, undoText(stepText(operation.steps[number - 1]!)), "undoing"))
            yield* effects.undo(operation, number)
          },
          (effect, id, number) =>
            effect.pipe(
              Effect.sandbox,
              Effect.retry({ schedule: undoRetries(options.undoTries), while: (cause) => !Cause.hasInterrupts(cause) }),
              Effect.tapError((cause) =>
                Effect.logError("A step of a tenant's operation could not be undone", cause).pipe(
                  Effect.annotateLogs({ operation: id, step: number })
                )
              ),
              Effect.catch((cause) =>
                Cause.hasInterrupts(cause)
                  ? Effect.failCause(cause as Cause.Cause<never>)
                  : across(noteNotUndone(id, number, reasonOf(cause))).pipe(
                    Effect.sandbox,
                    // The steps before it are not undone until this is known.
                    Effect.retry({ schedule: untilBack, while: (cause) => !Cause.hasInterrupts(cause) }),
                    Effect.catch(Effect.failCause)
                  )
              )
            )
        )

        const retain = Effect.fn("TenantSteps.retain")((id: OperationId, number: number) =>
          whileAway(across(Effect.gen(function*() {
            const operation = yield* locked(id)
            const { before, cancelled, finishedAt, removeAt, request, slug, steps } = operation
            const now = yield* DateTime.now
            if (removeAt !== null) return { now, until: removeAt }
            if (finishedAt !== null || cancelled) return yield* new OperationStopped({ problems: [] })
            const days = request.kind === "offboard" ? request.retentionDays : undefined
            // One whose restoration was undone goes on with its retention.
            const former = before.state === "offboarding" ? (yield* findLastOffboarding(slug))?.removeAt : undefined
            const until = days === undefined && former != null
              ? former
              : DateTime.add(now, { days: days ?? options.retentionDays })
            yield* say(operation, stepText(steps[number - 1]!), "waiting")
            yield* noteWaiting(id, until)
            return { now, until }
          })))
        )

        const beginRemoval = Effect.fn("TenantSteps.beginRemoval")((id: OperationId) =>
          whileAway(across(Effect.gen(function*() {
            const { cancelled, committed, finishedAt } = yield* locked(id)
            if (committed) return true
            if (finishedAt !== null) return false
            if (cancelled) return yield* new OperationStopped({ problems: [] })
            yield* commitOperation(id)
            return true
          })))
        )

        /** Ends the operation, once, and puts its end on the admins' record. */
        const finish = Effect.fnUntraced(function*(
          operation: StoredOperation,
          outcome: "succeeded" | "failed" | "cancelled"
        ) {
          const { backup, id, kind, problems } = operation
          if (!(yield* finishOperation(id, outcome))) return
          yield* record(operation, outcome, { problems: [...problems], backup })
          yield* Metric.update(Metric.withAttributes(ended, { kind, outcome }), 1)
        })

        const succeed = (id: OperationId) => Effect.flatMap(locked(id), (operation) => finish(operation, "succeeded"))
        const end = Effect.fn("TenantSteps.end")((id: OperationId) => whileAway(across(succeed(id))))

        const giveUp = Effect.fn("TenantSteps.giveUp")(
          (id: OperationId) =>
            across(Effect.gen(function*() {
              // The tenant first, as whoever begins an operation does.
              const found = yield* findOperation(id)
              if (found !== undefined) yield* lockTenant(found.slug)
              const operation = yield* locked(id)
              if (operation.finishedAt !== null) return
              const { before, cancelled, committed, kind, problems } = operation
              if (!committed) yield* effects.changeState(operation, kind === "create" ? "failed" : before.state)
              yield* finish(operation, cancelled || problems.length === 0 ? "cancelled" : "failed")
            })),
          Effect.sandbox,
          Effect.retry({
            schedule: undoRetries(options.undoTries),
            while: (cause) => !Cause.hasInterrupts(cause)
          }),
          Effect.catch(Effect.failCause)
        )

        return TenantSteps.of({ begin, enter, take, undo, retain, beginRemoval, end, giveUp })
      })
    )
}

const reasonOf = (cause: Cause.Cause<OperationStopped>): string => {
  const [reason] = cause.reasons
  return reason?._tag === "Fail" ? reason.error.message : "the server made a mistake, which is in its log"
}
