import type { TenantConfig, Tier } from "@innkeeper/config"
import { Equal, type Schema } from "effect"
import { toStored } from "../tenant/TenantImport.ts"
import { isOwn, type OperationStep, stepsOf } from "./OperationStep.ts"
import type { OperationKind, OperationRequest, OperationStatus, TenantState } from "./TenantOperation.ts"

/** An operation as far as it matters to the next one. */
export interface KnownOperation {
  readonly request: OperationRequest
  readonly status: OperationStatus
}

/** What is known of a tenant when an operation is asked for; null where nothing has its slug. */
export interface KnownTenant {
  readonly state: TenantState
  /** Of its configuration; 0 while none was entered. */
  readonly version: number
  /** Of what is built, where anything is; else of its configuration. */
  readonly tier: Tier
  readonly stored: Schema.Json
  /** The configuration that its own pods were built with, as it is stored; null where none were. */
  readonly built: Schema.Json
  /** Whether there is a backup of a database of its own. */
  readonly backedUp: boolean
  /** Whether there is an archive of its rows. */
  readonly archived: boolean
  /** Whether its last off-boarding has come to the end of its retention, so that data may be gone. */
  readonly committed: boolean
  /** State that it had before its off-boarding. */
  readonly back: "active" | "suspended"
  /** The operation that has not ended. */
  readonly operation: KnownOperation | null
}

/** What is asked for; `config` is the checked configuration of a request that has one. */
export interface Asked {
  readonly request: OperationRequest
  readonly config: TenantConfig | null
}

/**
 * What comes of a request.
 *
 * - `Begin`: an operation with these steps; `endsWaiting` says that it ends an off-boarding that waits
 * - `UnderWay`: the same is being done already
 * - `Fulfilled`: it is as the request asks
 * - `Refused`: what there is contradicts it
 * - `Missing`: there is no such tenant
 */
export type Decision =
  | { readonly _tag: "Begin"; readonly steps: ReadonlyArray<OperationStep>; readonly endsWaiting: boolean }
  | { readonly _tag: "UnderWay" | "Fulfilled" | "Missing" }
  | { readonly _tag: "Refused"; readonly because: string; readonly field?: "version" | "config.tier" }

const byState: Record<TenantState, ReadonlyArray<OperationKind>> = {
  provisioning: ["create"],
  active: ["apply", "suspend", "offboard"],
  suspended: ["apply", "resume", "offboard"],
  moving: [],
  offboarding: ["restore", "offboard"],
  offboarded: ["restore"],
  failed: ["create"]
}

/** Whether data of the tenant may be gone. */
export const isRemoving = ({ committed, operation, state }: Pick<KnownTenant, "committed" | "operation" | "state">) =>
  operation === null && (state === "offboarded" || (state === "offboarding" && committed))

/**
 * Where the tenant's data is, or was before it was deleted. Of a tenant that was only entered with a tier nothing is built:
 * its data is in the shared database.
 */
export const placeOf = (tenant: KnownTenant): Tier =>
  tenant.built !== null || (isRemoving(tenant) && tenant.backedUp) ? tenant.tier : "pooled"

/** Whether the tenant is in the shared database, and what it had of its own before that could not be removed. */
export const isLeftover = ({ built, tier }: Pick<KnownTenant, "built" | "tier">) => tier === "pooled" && built !== null

/** Whether there is nothing left to build a tenant from again. */
const isGone = ({ archived, state }: Pick<KnownTenant, "archived" | "state">) => state === "offboarded" && !archived

/** What may be asked for now. */
export const possibleKinds = (
  tenant: Pick<KnownTenant, "archived" | "state"> & { readonly operation: Pick<KnownOperation, "status"> | null }
): ReadonlyArray<OperationKind> => {
  const { operation, state } = tenant
  if (operation !== null) return operation.status === "waiting" ? ["restore"] : []
  return isGone(tenant) ? [] : byState[state]
}

/** What a tenant is like once an operation of the kind has been done. */
const fulfilling: Record<OperationKind, ReadonlyArray<TenantState>> = {
  create: ["active"],
  apply: ["active", "suspended"],
  suspend: ["suspended"],
  resume: ["active"],
  offboard: ["offboarded"],
  restore: ["active", "suspended"]
}

const hasConfig = (tenant: KnownTenant, config: TenantConfig | null) => {
  if (config === null) return true
  const wanted = toStored(config)
  return tenant.version > 0 && Equal.equals(tenant.stored, wanted) &&
    (config.tier === "pooled" ? !isLeftover(tenant) : Equal.equals(tenant.built, wanted))
}

/** Whether the operation that is under way is the one that is asked for. A different retention is another one. */
const isSame = ({ request: other, status }: KnownOperation, { config, request }: Asked) => {
  if (other.kind !== request.kind || status === "undoing") return false
  if ("config" in other && config !== null) return Equal.equals(other.config, toStored(config))
  if (other.kind !== "offboard" || request.kind !== "offboard") return true
  return request.retentionDays === undefined || request.retentionDays === other.retentionDays
}

const words: Record<OperationKind, string> = {
  create: "created",
  apply: "changed",
  suspend: "suspended",
  resume: "resumed",
  offboard: "off-boarded",
  restore: "restored"
}

const stateWords: Record<TenantState, string> = {
  provisioning: "is being built",
  active: "is active",
  suspended: "is suspended",
  moving: "is moving",
  offboarding: "is being off-boarded",
  offboarded: "is off-boarded",
  failed: "could not be built"
}

const refused = (because: string, field?: "version" | "config.tier"): Decision => ({
  _tag: "Refused",
  because,
  ...field !== undefined && { field }
})

/** What comes of asking for an operation. */
export const decideOperation = (tenant: KnownTenant | null, asked: Asked): Decision => {
  const { config, request } = asked
  const { kind } = request
  if (tenant === null) {
    if (kind !== "create" || config === null) return { _tag: "Missing" }
    const steps = stepsOf({
      kind,
      state: "provisioning",
      before: config.tier,
      after: config.tier,
      back: "active",
      removing: false,
      leftover: false
    })
    return { _tag: "Begin", steps, endsWaiting: false }
  }
  const { operation } = tenant
  if (operation !== null) {
    if (isSame(operation, asked)) return { _tag: "UnderWay" }
    if (kind !== "restore" || operation.status !== "waiting") {
      return refused(
        `The tenant is being ${words[operation.request.kind]} at the moment: wait for the end, or cancel that`
      )
    }
  } else if (fulfilling[kind].includes(tenant.state) && hasConfig(tenant, config)) {
    return { _tag: "Fulfilled" }
  }
  if (kind === "restore" && isGone(tenant)) {
    return refused("The tenant's archive was deleted at the end of its retention, so it cannot be restored")
  }
  if (!possibleKinds(tenant).includes(kind)) {
    return refused(`The tenant ${stateWords[tenant.state]}, so it cannot be ${words[kind]}`)
  }
  if (request.kind === "apply" && request.version !== undefined && request.version !== tenant.version) {
    return refused(
      `The configuration has the version ${tenant.version} by now, not ${request.version}`,
      "version"
    )
  }
  const before = kind === "create" && config !== null ? config.tier : placeOf(tenant)
  const after = config?.tier ?? before
  if (tenant.built !== null && tenant.tier === "dedicated" && after === "isolated") {
    return refused(
      "A database server of the tenant's own is not given up while it holds data: move the tenant to pooled, and from there to isolated",
      "config.tier"
    )
  }
  if (isLeftover(tenant) && isOwn(after)) {
    return refused(
      "What the tenant had of its own before is still there: apply it as pooled, which removes that, and then this",
      "config.tier"
    )
  }
  const steps = stepsOf({
    kind,
    state: tenant.state,
    before,
    after,
    back: tenant.back,
    removing: isRemoving(tenant),
    leftover: isLeftover(tenant)
  })
  return { _tag: "Begin", steps, endsWaiting: operation !== null }
}
