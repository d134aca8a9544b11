import { decodeTenantConfig } from "@innkeeper/config"
import { asTenant, platformWork, type StoreDefect, withTenant } from "@innkeeper/database"
import { Outbox } from "@innkeeper/runtime"
import { Context, Effect, Layer, Match, type Schema } from "effect"
import type { SqlClient } from "effect/sql"
import { ArchiveName } from "../archive/ArchiveStorage.ts"
import { TenantArchive } from "../archive/TenantArchive.ts"
import { Audit } from "../audit/Audit.ts"
import { CurrentAdmin } from "../console/AdminActor.ts"
import { AdminAudit } from "../console/AdminAudit.ts"
import { Departure } from "../move/Departure.ts"
import { MoveKeys } from "../move/moveKey.ts"
import { TenantMoves } from "../move/TenantMoves.ts"
import { findConfigs, updateState } from "../tenant/TenantConfigStore.ts"
import { replaceVersion, unconfigure } from "../tenant/TenantConfigWriting.ts"
import { makeMoving } from "./makeMoving.ts"
import { type OperationStep, stepText, undoText } from "./OperationStep.ts"
import { OperationStopped } from "./OperationStopped.ts"
import { recordStep, type StoredOperation } from "./OperationStore.ts"
import { findProvisioning, writeArchive, writeBack } from "./ProvisioningStore.ts"
import { requestOf, undoingRequestOf } from "./requestOf.ts"
import type { OperationKind, TenantState } from "./TenantOperation.ts"
import { TenantProvisioning } from "./TenantProvisioning.ts"

/** What the tenant is told of its new state; null where nobody is left to be told. */
const eventOf = (kind: OperationKind, before: TenantState, state: TenantState): string | null => {
  switch (state) {
    case "active":
      if (before === "moving") return "tenant.moved"
      return kind === "create" ? "tenant.activated" : kind === "restore" ? "tenant.restored" : "tenant.resumed"
    case "suspended":
      return kind === "restore" ? "tenant.restored" : "tenant.suspended"
    case "moving":
      return "tenant.moving"
    case "offboarding":
      return "tenant.offboarding"
    default:
      return null
  }
}

/** What each step does to the tenant, and what undoes it. Doing or undoing twice comes to the same as once. */
export class StepEffects extends Context.Service<StepEffects, {
  /** Takes the step with the number, from 1, and writes down that it has succeeded. */
  readonly take: (operation: StoredOperation, number: number) => Effect.Effect<void, OperationStopped>
  /** Undoes it, also when it was not finished. */
  readonly undo: (operation: StoredOperation, number: number) => Effect.Effect<void, OperationStopped>
  /** Within `withPlatform`: changes the tenant's state, and tells its record and its events. */
  readonly changeState: (
    operation: StoredOperation,
    to: TenantState
  ) => Effect.Effect<void, StoreDefect, SqlClient.SqlClient>
}>()("platform/StepEffects") {
  static readonly layer = Layer.effect(
    StepEffects,
    Effect.gen(function*() {
      const archives = yield* TenantArchive
      const departing = yield* Departure
      const keys = yield* MoveKeys
      const moves = yield* TenantMoves
      const audit = yield* Audit
      const outbox = yield* Outbox
      const { provision } = yield* TenantProvisioning
      const across = yield* platformWork("tenant operation")
      const records = Context.make(Audit, audit).pipe(Context.add(AdminAudit, yield* AdminAudit))

      const tenantOf = Effect.fnUntraced(function*({ slug }: StoredOperation) {
        const [tenant] = yield* findConfigs(slug)
        return tenant ?? (yield* Effect.die(new Error(`There is no tenant ${slug}`)))
      })

      /** Puts on the tenant's record, and into its events, what state it has now. */
      const changeState = Effect.fnUntraced(function*(operation: StoredOperation, to: TenantState) {
        const { id: tenantId, state } = yield* tenantOf(operation)
        if (state === to) return
        yield* updateState(operation.slug, to)
        const type = eventOf(operation.kind, state, to)
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
          yield* replaceVersion(config, version, { moves: true }).pipe(
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

      const moving = makeMoving({ archives, keys, moves, tenantOf: (operation) => across(tenantOf(operation)), across })

      const take = (operation: StoredOperation, number: number) => {
        const { id, slug } = operation
        const key = `${number}`
        const recorded = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.andThen(effect, recordStep(id, key))
        return Match.value(stepOf(operation, number)).pipe(
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
              request: (built) => requestOf(wanted, operation, built, keys.of(id))
            })),
          Match.tag("Pack", () => Effect.andThen(moving.pack(operation), across(recordStep(id, key)))),
          Match.tag("Compare", () => Effect.andThen(moving.compare(operation), across(recordStep(id, key)))),
          Match.tag("Bring", () => Effect.andThen(moving.bring(operation), across(recordStep(id, key)))),
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
              if (operation.kind === "apply") yield* across(departing({ id: tenantId, slug }))
              yield* archives.remove(tenantId)
              yield* across(recordStep(id, key))
            })),
          Match.tag("Unpack", () => Effect.andThen(unpack(operation), across(recordStep(id, key)))),
          Match.tag("Retain", () => Effect.void),
          Match.exhaustive
        )
      }

      const undo = (operation: StoredOperation, number: number) => {
        const key = `${number}/undo`
        const { before, id } = operation
        return Match.value(stepOf(operation, number)).pipe(
          Match.tag("State", () => across(changeState(operation, before.state))),
          Match.tag("Provision", (wanted) =>
            // What was only left over is not built again.
            wanted.action === "destroy" && !wanted.fromBackup ? Effect.void : provision({
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
              if (version > before.version) {
                yield* before.version > 0
                  ? configure(operation, before.config, version)
                  : unconfigure(operation.slug, before.config).pipe(Effect.provideContext(records))
              }
              yield* recordStep(id, key)
            }))),
          Match.tag(
            "Unpack",
            () => Effect.flatMap(across(tenantOf(operation)), ({ id: tenantId }) => archives.remove(tenantId))
          ),
          Match.tag("Bring", () => moving.takeBack(operation)),
          Match.tag("Remove", () => operation.kind === "apply" ? moving.giveBack(operation) : Effect.void),
          Match.tag("Archive", "Retain", "Pack", "Compare", () => Effect.void),
          Match.exhaustive
        )
      }

      return StepEffects.of({ take, undo, changeState })
    })
  )
}

const stepOf = ({ steps }: StoredOperation, number: number): OperationStep => steps[number - 1]!
