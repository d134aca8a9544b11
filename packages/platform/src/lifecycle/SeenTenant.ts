import { type TenantSlug, Tier } from "@innkeeper/config"
import { Effect, Schema } from "effect"
import { findConfigs, type TenantConfigRow } from "../tenant/TenantConfigStore.ts"
import type { KnownTenant } from "./decideOperation.ts"
import { serviceOf } from "./OperationStep.ts"
import { type Before, findLastOffboarding, lockUnfinished, type StoredOperation } from "./OperationStore.ts"
import { findProvisioning, type Provisioning } from "./ProvisioningStore.ts"

/** A tenant as one transaction sees it. */
export interface SeenTenant {
  readonly row: TenantConfigRow
  readonly provisioning: Provisioning
  /** The operation that has not ended. */
  readonly unfinished: StoredOperation | undefined
  /** The last off-boarding that has begun its retention. */
  readonly offboarding: StoredOperation | undefined
}

/** Within `withPlatform`: the tenant with the slug, with its operation held; null when there is none. */
export const seeTenant = Effect.fnUntraced(function*(slug: TenantSlug) {
  const [row] = yield* findConfigs(slug)
  if (row === undefined) return null
  const seen: SeenTenant = {
    row,
    provisioning: yield* findProvisioning(slug),
    unfinished: yield* lockUnfinished(slug),
    offboarding: yield* findLastOffboarding(slug)
  }
  return seen
})

const isTier = Schema.is(Tier)
const isBuilt = Schema.is(Schema.Struct({ tier: Tier }))

/** An import changes the tier in the registry, and not what is built. */
const tierOf = ({ provisioning: { config }, row: { tier } }: Pick<SeenTenant, "provisioning" | "row">): Tier => {
  if (!isTier(tier) || tier === "pooled") return "pooled"
  return isBuilt(config) ? config.tier : tier
}

/** What decides what can be done with it. */
export const knownOf = (seen: SeenTenant): KnownTenant => ({
  state: seen.row.state,
  version: seen.row.version,
  tier: tierOf(seen),
  stored: seen.row.stored,
  built: seen.provisioning.config,
  backedUp: seen.provisioning.backup !== null,
  archived: seen.provisioning.archive !== null,
  committed: seen.offboarding?.committed === true,
  back: seen.provisioning.back,
  operation: seen.unfinished ?? null
})

/** What undoing an operation goes back to. */
export const beforeOf = ({ provisioning, row }: SeenTenant): Before => ({
  state: row.state,
  version: row.version,
  config: row.stored,
  built: provisioning.config,
  service: provisioning.service ?? serviceOf(row.state)
})
