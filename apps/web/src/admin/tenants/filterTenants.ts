import type { Tier } from "@innkeeper/config"
import type { ManagedTenant, TenantState } from "@innkeeper/platform/api"

/** Which tenants are looked for; what is left out does not matter. */
export interface TenantFilter {
  readonly text?: string | undefined
  readonly tier?: Tier | undefined
  readonly state?: TenantState | undefined
}

/** Those that fit: `text` stands in the slug, the name or a domain, in whichever case. */
export const filterTenants = (
  tenants: ReadonlyArray<ManagedTenant>,
  { state, text = "", tier }: TenantFilter
): ReadonlyArray<ManagedTenant> => {
  const wanted = text.trim().toLowerCase()
  return tenants.filter((tenant) =>
    (tier === undefined || tenant.tier === tier)
    && (state === undefined || tenant.state === state)
    && [tenant.slug, tenant.name, ...tenant.config?.domains ?? []].some((word) => word.toLowerCase().includes(wanted))
  )
}
