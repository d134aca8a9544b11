import { ProvisionEvent, ResourceChange, TenantConfig, TenantSlug, Uuid } from "@innkeeper/config"
import { Schema } from "effect"
import { AdminActor } from "../console/AdminActor.ts"

/**
 * Where a tenant is in its life.
 *
 * - `provisioning`: it is being built and serves nobody yet
 * - `active`: it is served
 * - `suspended`: it keeps all that it has and answers nobody
 * - `moving`: its data moves between the shared database and one of its own; it answers nobody, and senders of alerts are told
 *   to try again
 * - `offboarding`: it is suspended and has a backup; after `removeAt` its data is deleted
 * - `offboarded`: its data is deleted, the backup stays
 * - `failed`: it could not be built, and what was built is removed again; it can be created anew
 */
export const TenantState = Schema.Literals([
  "provisioning",
  "active",
  "suspended",
  "moving",
  "offboarding",
  "offboarded",
  "failed"
])
export type TenantState = typeof TenantState.Type

/**
 * What can be done with a tenant.
 *
 * - `create`: enter and build it
 * - `apply`: change its configuration, also its tier
 * - `suspend`, `resume`
 * - `offboard`: suspend it, take a backup, wait for the retention, then delete
 * - `restore`: end an off-boarding that waits, or build the tenant again from its last backup
 */
export const OperationKind = Schema.Literals(["create", "apply", "suspend", "resume", "offboard", "restore"])
export type OperationKind = typeof OperationKind.Type

export const OperationId = Uuid.pipe(Schema.brand("OperationId"))
export type OperationId = typeof OperationId.Type

/**
 * - `queued`: stored, and not begun yet
 * - `running`
 * - `waiting`: for the end of the retention
 * - `undoing`: it failed or was cancelled, and what it did is being undone
 * - `succeeded`, `failed`, `cancelled`: it has ended
 */
export const OperationStatus = Schema.Literals([
  "queued",
  "running",
  "waiting",
  "undoing",
  "succeeded",
  "failed",
  "cancelled"
])
export type OperationStatus = typeof OperationStatus.Type

/** Something that was asked to be done with a tenant, and how far it is. */
export class TenantOperation extends Schema.Class<TenantOperation>("platform/TenantOperation")({
  id: OperationId,
  slug: TenantSlug,
  kind: OperationKind,
  status: OperationStatus,
  /** Who asked. */
  actor: AdminActor,
  createdAt: Schema.DateTimeUtcFromString,
  finishedAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  /** What it does at the moment, or did last, in words. */
  step: Schema.NullOr(Schema.String),
  /** Resources that are done, of all that change; null while that is not known. */
  progress: Schema.NullOr(Schema.Struct({ done: Schema.Int, total: Schema.Int })),
  /** What made it fail: a sentence for each thing that is wrong. */
  problems: Schema.Array(Schema.String),
  /** When an off-boarding that waits deletes the data. */
  removeAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  /** Name of the backup that it took or read. */
  backup: Schema.NullOr(Schema.String),
  /** Its run among the workflow runs. */
  runId: Schema.NullOr(Schema.String)
}) {}

/** A line of an operation's history. */
export class OperationLine extends Schema.Class<OperationLine>("platform/OperationLine")({
  /** One more with each line of the operation, from 1. */
  number: Schema.Int,
  at: Schema.DateTimeUtcFromString,
  /** The operation's step that it belongs to, in words. */
  step: Schema.String,
  /** What the provisioner said; null where a step began. */
  event: Schema.NullOr(ProvisionEvent)
}) {}

/** What an operation would do. */
export class TenantPlan extends Schema.Class<TenantPlan>("platform/TenantPlan")({
  slug: TenantSlug,
  kind: OperationKind,
  /** Nothing would change. */
  unchanged: Schema.Boolean,
  /** The steps in words, in their order. */
  steps: Schema.Array(Schema.String),
  /** Fields of the configuration that change. */
  fields: Schema.Array(Schema.Struct({ field: Schema.String, before: Schema.Json, after: Schema.Json })),
  /** What becomes of the resources; empty for a pooled tenant, for which nothing has to be built. */
  changes: Schema.Array(ResourceChange),
  /** What the changes are made by; null where nothing has to be built. */
  adapter: Schema.NullOr(Schema.Literals(["pulumi", "render"])),
  /** What a person should know before they go on. */
  warnings: Schema.Array(Schema.String)
}) {}

/** What is asked to be done with a tenant. `config` is checked as a `TenantConfig`. */
export const OperationRequest = Schema.Union([
  Schema.Struct({ kind: Schema.Literals(["create"]), config: Schema.Json }),
  Schema.Struct({
    kind: Schema.Literals(["apply"]),
    config: Schema.Json,
    /** The version that it replaces, so that nobody's change is lost; without it, whichever there is. */
    version: Schema.optionalKey(Schema.Int)
  }),
  Schema.Struct({ kind: Schema.Literals(["suspend", "resume", "restore"]) }),
  Schema.Struct({
    kind: Schema.Literals(["offboard"]),
    /** Days from the backup to the deletion. */
    retentionDays: Schema.optionalKey(
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3650 }, { expected: "a number of days from 0 to 3650" }))
    )
  })
])
export type OperationRequest = typeof OperationRequest.Type

/** A tenant with what is being done with it. */
export class ManagedTenant extends Schema.Class<ManagedTenant>("platform/ManagedTenant")({
  slug: TenantSlug,
  name: Schema.String,
  tier: Schema.String,
  state: TenantState,
  createdAt: Schema.DateTimeUtcFromString,
  /** `yaml` where a file of the installation states it. */
  source: Schema.String,
  /** 0 while no configuration was entered, then one more with each change. */
  version: Schema.Int,
  config: Schema.NullOr(TenantConfig),
  /** What may be asked now. */
  possible: Schema.Array(OperationKind),
  /** The operation that has not ended, or the last one; null where there was none. */
  operation: Schema.NullOr(TenantOperation)
}) {}
