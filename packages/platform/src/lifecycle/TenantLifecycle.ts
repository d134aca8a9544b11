import { decodeTenantConfig, type TenantConfig, type TenantSlug } from "@innkeeper/config"
import { platformWork } from "@innkeeper/database"
import { Context, Effect, Layer, Option, Schema, Stream } from "effect"
import { SecureRandom } from "effect/crypto"
import { DurableDeferred, WorkflowEngine } from "effect/workflow"
import { Conflict, NotFound, Unavailable, Unprocessable } from "../access/Problems.ts"
import { Audit } from "../audit/Audit.ts"
import { AdminActor, CurrentAdmin } from "../console/AdminActor.ts"
import { AdminAudit } from "../console/AdminAudit.ts"
import { TenantConfigs } from "../tenant/TenantConfigs.ts"
import {
  findConfigs,
  lockRegistry,
  lockTenant,
  type TenantConfigRow,
  updateConfig,
  updateState
} from "../tenant/TenantConfigStore.ts"
import { checkStated, enterTenant } from "../tenant/TenantConfigWriting.ts"
import { changedFields, toStored } from "../tenant/TenantImport.ts"
import { type Asked, decideOperation, type KnownTenant, possibleKinds } from "./decideOperation.ts"
import { type OperationStep, serviceOf, stepText } from "./OperationStep.ts"
import {
  type Before,
  findLastOperations,
  findLines,
  findOperation,
  findOperations,
  finishOperation,
  insertOperation,
  lockOperation,
  lockUnfinished,
  noteCancelled,
  type StoredOperation
} from "./OperationStore.ts"
import { planWarnings } from "./planWarnings.ts"
import { Provisioner } from "./Provisioner.ts"
import { findProvisioning, type Provisioning } from "./ProvisioningStore.ts"
import {
  ManagedTenant,
  OperationId,
  type OperationLine,
  type OperationRequest,
  TenantOperation,
  TenantPlan
} from "./TenantOperation.ts"
import { RetentionEnded, RunTenantOperation } from "./TenantOperationWorkflow.ts"
import { requestOf } from "./TenantSteps.ts"

/** Lines of one page of a history. */
const linesOfPage = 500

const token = new AdminActor({ kind: "token", sessionId: null })

/** What is known of a tenant in one transaction. */
interface Seen {
  readonly row: TenantConfigRow
  readonly provisioning: Provisioning
  readonly unfinished: StoredOperation | undefined
}

const tierOf = ({ tier }: TenantConfigRow): TenantConfig["tier"] =>
  tier === "isolated" || tier === "dedicated" ? tier : "pooled"

const knownOf = ({ provisioning, row, unfinished }: Seen): KnownTenant => ({
  state: row.state,
  version: row.version,
  tier: tierOf(row),
  stored: row.stored,
  built: provisioning.config,
  back: provisioning.back,
  operation: unfinished ?? null
})

const beforeOf = ({ provisioning, row }: Seen): Before => ({
  state: row.state,
  version: row.version,
  config: row.stored,
  built: provisioning.config,
  service: provisioning.service ?? serviceOf(row.state)
})

const missing = () => new NotFound({ resource: "tenant" })

/** The lives of tenants: what is done with them, once each, and written down. */
export class TenantLifecycle extends Context.Service<TenantLifecycle, {
  readonly list: Effect.Effect<ReadonlyArray<ManagedTenant>>
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
        const configs = yield* TenantConfigs
        const engine = yield* WorkflowEngine.WorkflowEngine
        const provisioner = yield* Provisioner
        const across = yield* platformWork("tenant lifecycle")
        const onEngine = Effect.provideService(WorkflowEngine.WorkflowEngine, engine)

        const see = Effect.fnUntraced(function*(slug: TenantSlug) {
          const [row] = yield* findConfigs(slug)
          if (row === undefined) return null
          const seen: Seen = {
            row,
            provisioning: yield* findProvisioning(slug),
            unfinished: yield* lockUnfinished(slug)
          }
          return seen
        })

        /** The configuration of a request, checked, and the request with it as it is stored. */
        const check = Effect.fnUntraced(function*(slug: TenantSlug, request: OperationRequest) {
          if (!("config" in request)) return { request, config: null } satisfies Asked
          const config = yield* configs.check(slug, request.config)
          return { request: { ...request, config: toStored(config) }, config } satisfies Asked
        })

        /** Decides, within `across`. What cannot be is a problem for the caller. */
        const decide = Effect.fnUntraced(function*(seen: Seen | null, asked: Asked) {
          const decision = decideOperation(seen === null ? null : knownOf(seen), asked)
          switch (decision._tag) {
            case "Missing":
              return yield* missing()
            case "Refused":
              return yield* new Conflict({
                detail: decision.because,
                ...decision.field !== undefined && { field: decision.field }
              })
            case "Begin": {
              if (asked.config !== null) yield* checkStated(asked.config)
              if (provisioner.adapter === null && decision.steps.some(({ _tag }) => _tag === "Provision")) {
                return yield* new Conflict({
                  detail: "This tenant has pods of its own, and nothing is here to build them: " +
                    "PROVISIONER is none. Set it to pulumi or render"
                })
              }
              return decision
            }
            default:
              return decision
          }
        })

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

        const record = (operation: StoredOperation, action: string, detail: Schema.JsonObject) =>
          adminAudit.record({
            action,
            subject: `tenant:${operation.slug}`,
            detail: { operation: operation.id, ...detail }
          })

        /** Enters or holds the tenant's row, so that of two requests at once one comes after the other. */
        const hold = (slug: TenantSlug, { config }: Asked) =>
          config === null ? lockTenant(slug) : Effect.andThen(lockRegistry, lockTenant(slug))

        const enter = Effect.fnUntraced(function*(slug: TenantSlug, { config, request }: Asked, seen: Seen | null) {
          if (request.kind !== "create" || config === null) return seen
          if (seen === null) {
            yield* enterTenant(config, "provisioning").pipe(Effect.provideService(Audit, audit))
          } else {
            yield* updateConfig(config, "database")
            yield* updateState(slug, "provisioning")
          }
          return yield* see(slug)
        })

        const begin = Effect.fnUntraced(function*(slug: TenantSlug, asked: Asked) {
          yield* hold(slug, asked)
          const found = yield* see(slug)
          const decision = yield* decide(found, asked)
          if (decision._tag === "UnderWay") return { operation: found?.unfinished ?? null, begun: false, waiting: null }
          if (decision._tag !== "Begin") return { operation: null, begun: false, waiting: null }
          const waiting = decision.endsWaiting ? found?.unfinished ?? null : null
          if (waiting !== null) {
            yield* finishOperation(waiting.id, "cancelled")
            yield* record(waiting, "tenant.offboard.cancelled", { by: "restore" })
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
          yield* record(operation, `tenant.${request.kind}.requested`, {
            steps: decision.steps.map(stepText),
            ...request.kind === "offboard" && { retentionDays: request.retentionDays ?? options.retentionDays }
          })
          return { operation, begun: true, waiting }
        })

        const operate = Effect.fn("TenantLifecycle.operate")(function*(slug: TenantSlug, request: OperationRequest) {
          const asked = yield* check(slug, request)
          const { begun, operation, waiting } = yield* across(begin(slug, asked))
          // Stored is accepted: what a crash leaves unstarted here, `OperationKeeper` starts.
          if (begun && operation !== null) yield* start(operation)
          if (waiting !== null) yield* wake(waiting)
          return operation === null ? null : new TenantOperation(operation)
        })

        /** What an operation would change of the infrastructure: what its last step with the provisioner would. */
        const preview = Effect.fnUntraced(function*(
          seen: Pick<Seen, "provisioning"> & { readonly before: Before },
          asked: Asked,
          steps: ReadonlyArray<OperationStep>
        ) {
          const step = steps.findLast((one) => one._tag === "Provision")
          if (step === undefined) return []
          const wanted = requestOf(step, { before: seen.before, request: asked.request }, seen.provisioning)
          const events = yield* provisioner.run(
            {
              ...wanted,
              action: wanted.action === "destroy" ? "preview-destroy" : "preview",
              operation: SecureRandom.uuidV7Unsafe(),
              before: seen.provisioning.record
            },
            Effect.never
          ).pipe(
            Stream.runCollect,
            Effect.mapError(({ problems, refused }) =>
              refused
                ? new Unprocessable({ errors: problems.map((message) => ({ path: ["config"], message })) })
                : new Unavailable({ detail: problems.join(". ") })
            )
          )
          return events.flatMap((event) => event._tag === "Planned" ? event.changes : [])
        })

        const plan = Effect.fn("TenantLifecycle.plan")(function*(slug: TenantSlug, request: OperationRequest) {
          const asked = yield* check(slug, request)
          const { decision, seen } = yield* across(Effect.gen(function*() {
            const seen = yield* see(slug)
            return { seen, decision: yield* decide(seen, asked) }
          }))
          const { kind } = request
          if (decision._tag === "UnderWay") {
            return yield* new Conflict({ detail: "This is being done at the moment" })
          }
          if (decision._tag !== "Begin") {
            return new TenantPlan({
              slug,
              kind,
              unchanged: true,
              steps: [],
              fields: [],
              changes: [],
              adapter: null,
              warnings: []
            })
          }
          const before: Before = seen === null
            ? { state: "provisioning", version: 0, config: null, built: null, service: "active" }
            : beforeOf(seen)
          const provisioning = seen?.provisioning ?? (yield* across(findProvisioning(slug)))
          const changes = yield* preview({ before, provisioning }, asked, decision.steps)
          const after = asked.config?.tier ?? (seen === null ? "pooled" : tierOf(seen.row))
          return new TenantPlan({
            slug,
            kind,
            unchanged: false,
            steps: decision.steps.map(stepText),
            fields: asked.config === null ? [] : changedFields(before.config ?? {}, toStored(asked.config)),
            changes,
            adapter: decision.steps.some(({ _tag }) => _tag === "Provision") ? provisioner.adapter : null,
            warnings: planWarnings(
              {
                kind,
                state: before.state,
                before: seen === null ? after : tierOf(seen.row),
                after,
                back: provisioning.back,
                removing: before.state === "offboarding"
              },
              {
                adapter: provisioner.adapter,
                retentionDays: (request.kind === "offboard" ? request.retentionDays : undefined) ??
                  options.retentionDays
              }
            )
          })
        })

        const managed = (row: TenantConfigRow, last: StoredOperation | undefined) =>
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
                possible: possibleKinds(row.state, last === undefined || last.finishedAt !== null ? null : last),
                operation: last === undefined ? null : new TenantOperation(last)
              })
            )
          )

        const list = across(Effect.all([findConfigs(), findLastOperations()])).pipe(
          Effect.flatMap(([rows, operations]) => {
            const bySlug = new Map(operations.map((operation) => [operation.slug, operation]))
            return Effect.forEach(rows, (row) => managed(row, bySlug.get(row.slug)))
          }),
          Effect.withSpan("TenantLifecycle.list")
        )

        const get = Effect.fn("TenantLifecycle.get")(function*(slug: TenantSlug) {
          const [rows, operations] = yield* across(Effect.all([findConfigs(slug), findLastOperations(slug)]))
          const [row] = rows
          return row === undefined ? yield* missing() : yield* managed(row, operations[0])
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
              yield* record(found, `tenant.${found.kind}.cancel-requested`, {})
            }
            return found
          }))
          if (found.status === "waiting") yield* wake(found)
          return yield* Effect.orDie(operation(slug, id))
        })

        return TenantLifecycle.of({ list, get, plan, operate, history, operation, lines, cancel, start })
      })
    )
}

const endWords: Partial<Record<TenantOperation["status"], string>> = {
  succeeded: "succeeded",
  failed: "failed and was undone",
  cancelled: "was cancelled"
}
