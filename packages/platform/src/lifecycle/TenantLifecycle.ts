import { decodeTenantConfig, type TenantId, type TenantSlug } from "@innkeeper/config"
import { asTenant, platformWork } from "@innkeeper/database"
import { survive } from "@innkeeper/runtime"
import { Context, Effect, Layer, Option, type Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { DurableDeferred, WorkflowEngine } from "effect/workflow"
import { Conflict, NotFound, type Unavailable, type Unprocessable } from "../access/Problems.ts"
import { Audit } from "../audit/Audit.ts"
import { AdminActor, CurrentAdmin } from "../console/AdminActor.ts"
import { AdminAudit } from "../console/AdminAudit.ts"
import {
  findConfigs,
  lockRegistry,
  lockTenant,
  searchConfigs,
  type TenantConfigRow,
  type TenantFilter,
  updateConfig,
  updateState
} from "../tenant/TenantConfigStore.ts"
import { enterTenant } from "../tenant/TenantConfigWriting.ts"
import { changedFields, toStored } from "../tenant/TenantImport.ts"
import { type Asked, possibleKinds } from "./decideOperation.ts"
import { type OperationStep, stepText } from "./OperationStep.ts"
import {
  findLastOperations,
  findLines,
  findOperation,
  findOperations,
  finishOperation,
  insertOperation,
  lockOperation,
  noteCancelled,
  type StoredOperation
} from "./OperationStore.ts"
import { Provisioner } from "./Provisioner.ts"
import { findArchived } from "./ProvisioningStore.ts"
import { beforeOf, type SeenTenant, seeTenant } from "./SeenTenant.ts"
import {
  ManagedTenant,
  OperationId,
  type OperationLine,
  type OperationRequest,
  TenantOperation,
  type TenantPlan
} from "./TenantOperation.ts"
import { RetentionEnded, RunTenantOperation } from "./TenantOperationWorkflow.ts"
import { TenantPlans } from "./TenantPlans.ts"

/** Lines of one page of a history. */
const linesOfPage = 500

const isMove = (step: OperationStep) => step._tag === "Provision" && step.move !== undefined

const nowhereToMove = "PROVISIONER is render, which builds nothing: the tenant's data would have nowhere to go. " +
  "Set it to pulumi to move the tenant"

const token = new AdminActor({ kind: "token", sessionId: null })

const missing = () => new NotFound({ resource: "tenant" })

/** The lives of tenants: what is done with them, once each, and written down. */
export class TenantLifecycle extends Context.Service<TenantLifecycle, {
  /** Tenants that match, by slug. */
  readonly list: (filter: TenantFilter) => Effect.Effect<ReadonlyArray<ManagedTenant>>
  readonly get: (slug: TenantSlug) => Effect.Effect<ManagedTenant, NotFound>
  /** What `operate` with the same request would do. */
  readonly plan: (
    slug: TenantSlug,
    request: OperationRequest
  ) => Effect.Effect<TenantPlan, NotFound | Conflict | Unprocessable | Unavailable>
  /**
   * Accepts an operation: it is stored when this returns, and goes on whatever happens to the process. Null: the tenant is
   * as the request asks. The same operation that is under way is not begun twice.
   */
  readonly operate: (
    slug: TenantSlug,
    request: OperationRequest
  ) => Effect.Effect<TenantOperation | null, NotFound | Conflict | Unprocessable>
  /** Operations of a tenant, newest first; `before` is the id of the last one of the previous page. */
  readonly history: (slug: TenantSlug, page: {
    readonly before?: string | undefined
    readonly limit: number
  }) => Effect.Effect<ReadonlyArray<TenantOperation>>
  readonly operation: (slug: TenantSlug, id: OperationId) => Effect.Effect<TenantOperation, NotFound>
  /** Lines after the number, at most 500, oldest first. */
  readonly lines: (
    slug: TenantSlug,
    id: OperationId,
    after: number
  ) => Effect.Effect<ReadonlyArray<OperationLine>, NotFound>
  /** Asks an operation to stop and to undo what it did. It does so where it is, and the answer does not wait for that. */
  readonly cancel: (slug: TenantSlug, id: OperationId) => Effect.Effect<TenantOperation, NotFound | Conflict>
  /** Starts the run of an operation; one that is started already goes on. */
  readonly start: (operation: StoredOperation) => Effect.Effect<void>
}>()("platform/TenantLifecycle") {
  /** `retentionDays`: of the data of a tenant that is off-boarded, unless the request says something else. */
  static readonly layer = (options: { readonly retentionDays: number }) =>
    Layer.effect(
      TenantLifecycle,
      Effect.gen(function*() {
        const adminAudit = yield* AdminAudit
        const audit = yield* Audit
        const engine = yield* WorkflowEngine.WorkflowEngine
        const plans = yield* TenantPlans
        const provisioner = yield* Provisioner
        const across = yield* platformWork("tenant lifecycle")
        const onEngine = Effect.provideService(WorkflowEngine.WorkflowEngine, engine)

        const start = Effect.fn("TenantLifecycle.start")(function*({ id, slug }: StoredOperation) {
          const [row] = yield* across(findConfigs(slug))
          if (row === undefined) return
          yield* RunTenantOperation.execute({ tenantId: row.id, operationId: id }, { discard: true })
        }, onEngine)

        /** Lets an off-boarding that waits look at what has become of it. */
        const wake = (operation: StoredOperation) =>
          DurableDeferred.succeed(RetentionEnded, {
            token: DurableDeferred.tokenFromExecutionId(RetentionEnded, {
              workflow: RunTenantOperation,
              executionId: operation.runId ?? ""
            }),
            value: undefined
          }).pipe(onEngine)

        const actor = Effect.map(Effect.serviceOption(CurrentAdmin), Option.getOrElse(() => token))

        const record = (
          tenantId: TenantId,
          { id, slug }: StoredOperation,
          action: string,
          detail: Schema.JsonObject = {}
        ) => adminAudit.record({ action, subject: `tenant:${tenantId}`, detail: { slug, operation: id, ...detail } })

        /** Enters or holds the tenant's row, so that of two requests at once one comes after the other. */
        const hold = (slug: TenantSlug, { config }: Asked) =>
          config === null ? lockTenant(slug) : Effect.andThen(lockRegistry, lockTenant(slug))

        const enter = Effect.fnUntraced(
          function*(slug: TenantSlug, { config, request }: Asked, seen: SeenTenant | null) {
            if (request.kind !== "create" || config === null) return seen
            if (seen === null) {
              yield* enterTenant(config, "provisioning").pipe(Effect.provideService(Audit, audit))
            } else {
              const { id, stored } = seen.row
              yield* updateConfig(config, "database")
              yield* updateState(slug, "provisioning")
              yield* audit.record({
                action: "tenant.configured",
                subject: `tenant:${id}`,
                detail: { slug, source: "database", fields: changedFields(stored, toStored(config)) }
              }).pipe(asTenant(id))
            }
            return yield* seeTenant(slug)
          }
        )

        const begin = Effect.fnUntraced(function*(slug: TenantSlug, asked: Asked) {
          yield* hold(slug, asked)
          const found = yield* seeTenant(slug)
          const decision = yield* plans.decide(found, asked)
          if (decision._tag === "UnderWay") return { operation: found?.unfinished ?? null, begun: false, waiting: null }
          if (decision._tag !== "Begin") return { operation: null, begun: false, waiting: null }
          if (provisioner.adapter === "render" && decision.steps.some(isMove)) {
            return yield* new Conflict({ field: "config.tier", detail: nowhereToMove })
          }
          const waiting = decision.endsWaiting ? found?.unfinished ?? null : null
          if (waiting !== null) {
            yield* finishOperation(waiting.id, "cancelled")
          }
          const seen = yield* enter(slug, asked, found)
          if (seen === null) return yield* Effect.die(new Error(`There is no tenant ${slug}`))
          const id = OperationId.make(SecureRandom.uuidV7Unsafe())
          const runId = yield* RunTenantOperation.executionId({ tenantId: seen.row.id, operationId: id })
          const { request } = asked
          yield* insertOperation({
            id,
            slug,
            request,
            steps: decision.steps,
            before: beforeOf(seen),
            actor: yield* actor,
            runId
          })
          const operation = yield* Effect.orDie(Effect.fromNullishOr(yield* findOperation(id)))
          if (waiting !== null) yield* record(seen.row.id, waiting, "tenant.offboard.cancelled", { by: id })
          yield* record(seen.row.id, operation, `tenant.${request.kind}.requested`, {
            steps: decision.steps.map(stepText),
            ...request.kind === "offboard" && { retentionDays: request.retentionDays ?? options.retentionDays }
          })
          return { operation, begun: true, waiting }
        })

        const operate = Effect.fn("TenantLifecycle.operate")(function*(slug: TenantSlug, request: OperationRequest) {
          const asked = yield* plans.check(slug, request)
          const { begun, operation, waiting } = yield* across(begin(slug, asked))
          // Stored is accepted: what is left unstarted here, `OperationKeeper` starts.
          yield* Effect.all([
            begun && operation !== null ? start(operation) : Effect.void,
            waiting === null ? Effect.void : wake(waiting)
          ], { discard: true }).pipe(survive("An operation on a tenant is begun later"))
          return operation === null ? null : new TenantOperation(operation)
        })

        const managed = (row: TenantConfigRow, last: StoredOperation | undefined, archived: boolean) =>
          decodeTenantConfig(row.stored).pipe(
            Effect.option,
            Effect.map((config) =>
              new ManagedTenant({
                slug: row.slug,
                name: row.name,
                tier: row.tier,
                state: row.state,
                createdAt: row.createdAt,
                source: row.source,
                version: row.version,
                config: row.version === 0 ? null : Option.getOrNull(config),
                possible: possibleKinds({
                  state: row.state,
                  operation: last === undefined || last.finishedAt !== null ? null : last,
                  archived
                }),
                operation: last === undefined ? null : new TenantOperation(last)
              })
            )
          )

        const aboutAll = (slugs: ReadonlyArray<TenantSlug>) =>
          Effect.all({ operations: findLastOperations(slugs), archived: findArchived(slugs) })

        const list = Effect.fn("TenantLifecycle.list")(function*(filter: TenantFilter) {
          const { archived, operations, rows } = yield* across(Effect.gen(function*() {
            const rows = yield* searchConfigs(filter)
            return { rows, ...yield* aboutAll(rows.map(({ slug }) => slug)) }
          }))
          const bySlug = new Map(operations.map((operation) => [operation.slug, operation]))
          return yield* Effect.forEach(rows, (row) => managed(row, bySlug.get(row.slug), archived.has(row.slug)))
        })

        const get = Effect.fn("TenantLifecycle.get")(function*(slug: TenantSlug) {
          const [rows, { archived, operations }] = yield* across(Effect.all([findConfigs(slug), aboutAll([slug])]))
          const [row] = rows
          return row === undefined ? yield* missing() : yield* managed(row, operations[0], archived.has(slug))
        })

        const history = Effect.fn("TenantLifecycle.history")((slug: TenantSlug, page: {
          readonly before?: string | undefined
          readonly limit: number
        }) => Effect.map(across(findOperations(slug, page)), (found) => found.map((one) => new TenantOperation(one))))

        const ofTenant = (slug: TenantSlug, operation: StoredOperation | undefined) =>
          operation?.slug === slug ? Effect.succeed(operation) : Effect.fail(new NotFound({ resource: "operation" }))

        const operation = Effect.fn("TenantLifecycle.operation")(function*(slug: TenantSlug, id: OperationId) {
          return new TenantOperation(yield* ofTenant(slug, yield* across(findOperation(id))))
        })

        const lines = Effect.fn("TenantLifecycle.lines")(function*(slug: TenantSlug, id: OperationId, after: number) {
          yield* operation(slug, id)
          return yield* across(findLines(id, after, linesOfPage))
        })

        const cancel = Effect.fn("TenantLifecycle.cancel")(function*(slug: TenantSlug, id: OperationId) {
          const found = yield* across(Effect.gen(function*() {
            const found = yield* ofTenant(slug, yield* lockOperation(id))
            if (found.finishedAt !== null) {
              return yield* new Conflict({
                detail: `The operation has ended: it ${endWords[found.status] ?? "is over"}`
              })
            }
            if (found.committed) {
              return yield* new Conflict({ detail: "The data is being deleted, which cannot be undone" })
            }
            if (!found.cancelled && found.status !== "undoing") {
              yield* noteCancelled(id)
              const [row] = yield* findConfigs(slug)
              if (row !== undefined) yield* record(row.id, found, `tenant.${found.kind}.cancel-requested`)
            }
            return found
          }))
          if (found.status === "waiting") yield* wake(found)
          return yield* Effect.orDie(operation(slug, id))
        })

        return TenantLifecycle.of({ list, get, plan: plans.plan, operate, history, operation, lines, cancel, start })
      })
    )
}

const endWords: Partial<Record<TenantOperation["status"], string>> = {
  succeeded: "succeeded",
  failed: "failed and was undone",
  cancelled: "was cancelled"
}
