import { decodeTenantConfig } from "@innkeeper/config"
import { asTenant, platformWork, withTenant } from "@innkeeper/database"
import { Outbox } from "@innkeeper/runtime"
import { Cause, Context, DateTime, Effect, Layer, Match, Metric, Schedule, Schema } from "effect"
import { ArchiveName } from "../archive/ArchiveStorage.ts"
import { TenantArchive } from "../archive/TenantArchive.ts"
import { Audit } from "../audit/Audit.ts"
import { CurrentAdmin } from "../console/AdminActor.ts"
import { AdminAudit } from "../console/AdminAudit.ts"
import { findConfigs, updateState } from "../tenant/TenantConfigStore.ts"
import { replaceVersion } from "../tenant/TenantConfigWriting.ts"
import { type OperationStep, stepText } from "./OperationStep.ts"
import { OperationStopped } from "./OperationStopped.ts"
import {
  beginStep,
  commitOperation,
  findOperation,
  finishOperation,
  lockOperation,
  noteProblems,
  noteWaiting,
  recordStep,
  type StoredOperation
} from "./OperationStore.ts"
import { findProvisioning, writeArchive, writeBack } from "./ProvisioningStore.ts"
import { requestOf, undoingRequestOf } from "./requestOf.ts"
import type { OperationId, OperationKind, TenantState } from "./TenantOperation.ts"
import { TenantProvisioning } from "./TenantProvisioning.ts"

const ended = Metric.counter("tenant_operations", {
  description: "Operations on tenants that have ended, by kind and outcome: succeeded, failed or cancelled",
  incremental: true
})

/** What the tenant is told of its new state; null where nobody is left to be told. */
const eventOf = (kind: OperationKind, state: TenantState): string | null => {
  switch (state) {
    case "active":
      return kind === "create" ? "tenant.activated" : kind === "restore" ? "tenant.restored" : "tenant.resumed"
    case "suspended":
      return kind === "restore" ? "tenant.restored" : "tenant.suspended"
    case "offboarding":
      return "tenant.offboarding"
    default:
      return null
  }
}

const undoText = (text: string) => `Undo: ${text}`

/** Undoing is tried again for some minutes: the database or a network may be away. */
const undoRetries = Schedule.exponential("1 second").pipe(
  Schedule.upTo({ times: 8 })
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
  static readonly layer = (options: { readonly retentionDays: number }) =>
    Layer.effect(
      TenantSteps,
      Effect.gen(function*() {
        const adminAudit = yield* AdminAudit
        const archives = yield* TenantArchive
        const audit = yield* Audit
        const outbox = yield* Outbox
        const { provision } = yield* TenantProvisioning
        const across = yield* platformWork("tenant operation")
        const records = Context.make(Audit, audit).pipe(Context.add(AdminAudit, adminAudit))

        const known = (id: OperationId) =>
          across(findOperation(id)).pipe(Effect.flatMap(Effect.fromNullishOr), Effect.orDie)
        const locked = (id: OperationId) =>
          Effect.flatMap(lockOperation(id), (found) => Effect.orDie(Effect.fromNullishOr(found)))

        const tenantOf = Effect.fnUntraced(function*({ slug }: StoredOperation) {
          const [tenant] = yield* findConfigs(slug)
          return tenant ?? (yield* Effect.die(new Error(`There is no tenant ${slug}`)))
        })

        /** Puts on the admins' record what becomes of an operation. */
        const record = Effect.fnUntraced(
          function*(operation: StoredOperation, what: string, detail: Schema.JsonObject) {
            const { actor, id, kind, slug } = operation
            yield* adminAudit.record({
              action: `tenant.${kind}.${what}`,
              subject: `tenant:${(yield* tenantOf(operation)).id}`,
              detail: { slug, operation: id, ...detail },
              actor
            })
          }
        )

        /** Says what the operation does now, in its history and on the record. */
        const say = (operation: StoredOperation, text: string, status: "running" | "waiting" | "undoing") =>
          Effect.andThen(beginStep(operation.id, { text, status }), record(operation, "step", { step: text }))

        /** Puts on the tenant's record, and into its events, what state it has now. */
        const changeState = Effect.fnUntraced(function*(operation: StoredOperation, to: TenantState) {
          const { id: tenantId, state } = yield* tenantOf(operation)
          if (state === to) return
          yield* updateState(operation.slug, to)
          const type = eventOf(operation.kind, to)
          if (type === null) return
          yield* Effect.all([
            audit.record({
              action: type,
              subject: `tenant:${tenantId}`,
              detail: { slug: operation.slug, before: state, operation: operation.id }
            }),
            outbox.publishAll([{ type, subject: tenantId, payload: { slug: operation.slug, state: to } }]).pipe(
              withTenant
            )
          ], { discard: true }).pipe(asTenant(tenantId))
        })

        const configure = Effect.fnUntraced(
          function*(operation: StoredOperation, stored: Schema.Json, version: number) {
            const config = yield* Effect.orDie(decodeTenantConfig(stored))
            yield* replaceVersion(config, version).pipe(
              Effect.provideContext(records),
              Effect.provideService(CurrentAdmin, operation.actor),
              Effect.catchTags({
                NotFound: () => new OperationStopped({ problems: ["The tenant is gone"] }),
                Conflict: ({ detail = "The configuration was changed meanwhile" }) =>
                  new OperationStopped({ problems: [detail] }),
                Unprocessable: ({ errors }) =>
                  new OperationStopped({ problems: errors.map(({ message, path }) => `${path.join(".")}: ${message}`) })
              })
            )
          }
        )

        const unpack = Effect.fnUntraced(function*(operation: StoredOperation) {
          const { archive, tenant } = yield* across(Effect.gen(function*() {
            const { archive } = yield* findProvisioning(operation.slug)
            return { archive, tenant: yield* tenantOf(operation) }
          }))
          if (archive === null) return yield* new OperationStopped({ problems: ["There is no archive of its data"] })
          yield* archives.remove(tenant.id)
          yield* archives.restore(ArchiveName.make(archive), tenant.id).pipe(
            Effect.mapError(({ message }) => new OperationStopped({ problems: [message] }))
          )
        })

        const perform = (operation: StoredOperation, step: OperationStep, key: string) => {
          const { id, slug } = operation
          const recorded = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.andThen(effect, recordStep(id, key))
          return Match.value(step).pipe(
            Match.tag("State", ({ to }) =>
              across(recorded(Effect.gen(function*() {
                if (to === "offboarding") yield* writeBack(slug, operation.before.state)
                yield* changeState(operation, to)
              })))),
            Match.tag("Configure", () =>
              across(recorded(Effect.suspend(() =>
                "config" in operation.request
                  ? configure(operation, operation.request.config, operation.before.version)
                  : Effect.void
              )))),
            Match.tag("Provision", (wanted) =>
              provision({
                operation,
                key,
                text: stepText(wanted),
                goesOn: operation.committed,
                request: (built) => requestOf(wanted, operation, built)
              })),
            Match.tag("Archive", () =>
              Effect.gen(function*() {
                const { id: tenantId } = yield* across(tenantOf(operation))
                const { name } = yield* archives.write(tenantId).pipe(
                  Effect.catchTags({
                    NotFound: () => new OperationStopped({ problems: ["The tenant is gone"] }),
                    ArchiveStorageFailed: ({ message }) => new OperationStopped({ problems: [message] })
                  })
                )
                yield* across(Effect.andThen(writeArchive(slug, name), recordStep(id, key, name)))
              })),
            Match.tag("Remove", () =>
              Effect.gen(function*() {
                const { id: tenantId } = yield* across(tenantOf(operation))
                yield* archives.remove(tenantId)
                yield* across(recordStep(id, key))
              })),
            Match.tag("Unpack", () => Effect.andThen(unpack(operation), across(recordStep(id, key)))),
            Match.tag("Retain", () => Effect.void),
            Match.exhaustive
          )
        }

        /** Notes why an operation goes no further. */
        const stopping = (id: OperationId) => ({ problems }: OperationStopped) => across(noteProblems(id, problems))

        const begin = Effect.fn("TenantSteps.begin")(function*(id: OperationId) {
          const { finishedAt, steps } = yield* known(id)
          if (finishedAt !== null) return yield* new OperationStopped({ problems: [] })
          return steps
        })

        const enter = Effect.fn("TenantSteps.enter")((id: OperationId, number: number) =>
          across(Effect.gen(function*() {
            const operation = yield* locked(id)
            const { cancelled, committed, finishedAt, steps } = operation
            if (finishedAt !== null || (cancelled && !committed)) return yield* new OperationStopped({ problems: [] })
            yield* say(operation, stepText(steps[number - 1]!), "running")
          }))
        )

        const take = Effect.fn("TenantSteps.take")(function*(id: OperationId, number: number) {
          const operation = yield* known(id)
          const key = `${number}`
          if (operation.results[key] === true) return
          yield* perform(operation, operation.steps[number - 1]!, key).pipe(
            Effect.catchCauseIf(Cause.hasDies, (cause) =>
              Effect.andThen(
                Effect.logError("A step of a tenant's operation broke", cause).pipe(
                  Effect.annotateLogs({ operation: id, tenant: operation.slug })
                ),
                new OperationStopped({ problems: ["The server made a mistake, which is in its log"] })
              )),
            Effect.tapErrorTag("OperationStopped", stopping(id))
          )
        })

        const undoStep = (operation: StoredOperation, step: OperationStep, number: number) => {
          const key = `${number}/undo`
          const { before, id } = operation
          return Match.value(step).pipe(
            Match.tag("State", () => across(changeState(operation, before.state))),
            Match.tag("Provision", (wanted) =>
              provision({
                operation,
                key,
                text: undoText(stepText(wanted)),
                goesOn: true,
                request: (built) => undoingRequestOf(wanted, operation, built)
              })),
            Match.tag("Configure", () =>
              across(Effect.gen(function*() {
                if (operation.results[`${number}`] !== true || operation.results[key] === true) return
                const { version } = yield* tenantOf(operation)
                if (before.version > 0 && version > before.version) yield* configure(operation, before.config, version)
                yield* recordStep(id, key)
              }))),
            Match.tag(
              "Unpack",
              () => Effect.flatMap(across(tenantOf(operation)), ({ id: tenantId }) => archives.remove(tenantId))
            ),
            Match.tag("Archive", "Remove", "Retain", () => Effect.void),
            Match.exhaustive
          )
        }

        const undo = Effect.fn("TenantSteps.undo")(
          function*(id: OperationId, number: number) {
            const operation = yield* known(id)
            if (operation.committed || operation.finishedAt !== null) return
            const step = operation.steps[number - 1]!
            yield* across(say(operation, undoText(stepText(step)), "undoing"))
            yield* undoStep(operation, step, number)
          },
          (effect, id, number) =>
            effect.pipe(
              Effect.sandbox,
              Effect.retry({ schedule: undoRetries, while: (cause) => !Cause.hasInterrupts(cause) }),
              Effect.tapError((cause) =>
                Effect.logError("A step of a tenant's operation could not be undone", cause).pipe(
                  Effect.annotateLogs({ operation: id, step: number })
                )
              ),
              Effect.catch((cause) =>
                Cause.hasInterrupts(cause)
                  ? Effect.failCause(cause as Cause.Cause<never>)
                  : across(noteProblems(id, [`Step ${number} could not be undone: ${reasonOf(cause)}`]))
              )
            )
        )

        const retain = Effect.fn("TenantSteps.retain")((id: OperationId, number: number) =>
          across(Effect.gen(function*() {
            const operation = yield* locked(id)
            const { cancelled, finishedAt, removeAt, request, steps } = operation
            const now = yield* DateTime.now
            if (removeAt !== null) return { now, until: removeAt }
            if (finishedAt !== null || cancelled) return yield* new OperationStopped({ problems: [] })
            const days = request.kind === "offboard" ? request.retentionDays : undefined
            const until = DateTime.add(now, { days: days ?? options.retentionDays })
            yield* say(operation, stepText(steps[number - 1]!), "waiting")
            yield* noteWaiting(id, until)
            return { now, until }
          }))
        )

        const beginRemoval = Effect.fn("TenantSteps.beginRemoval")((id: OperationId) =>
          across(Effect.gen(function*() {
            const { cancelled, committed, finishedAt } = yield* locked(id)
            if (committed) return true
            if (finishedAt !== null) return false
            if (cancelled) return yield* new OperationStopped({ problems: [] })
            yield* commitOperation(id)
            return true
          }))
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

        const end = Effect.fn("TenantSteps.end")((id: OperationId) =>
          across(Effect.flatMap(locked(id), (operation) => finish(operation, "succeeded")))
        )

        const giveUp = Effect.fn("TenantSteps.giveUp")(
          (id: OperationId) =>
            across(Effect.gen(function*() {
              const operation = yield* locked(id)
              if (operation.finishedAt !== null) return
              const { before, cancelled, committed, kind, problems } = operation
              if (!committed) yield* changeState(operation, kind === "create" ? "failed" : before.state)
              yield* finish(operation, cancelled || problems.length === 0 ? "cancelled" : "failed")
            })),
          Effect.sandbox,
          Effect.retry({ schedule: undoRetries, while: (cause) => !Cause.hasInterrupts(cause) }),
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
