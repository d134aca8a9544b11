import type { TenantId, TenantSlug } from "@innkeeper/config"
import type { StoreDefect } from "@innkeeper/database"
import { Context, Effect } from "effect"
import type { SqlClient } from "effect/sql"

/** Within `withPlatform`: what a package keeps here of a tenant whose rows are elsewhere from now on. Twice is the same. */
export const Departure = Context.Reference<
  (
    tenant: { readonly id: TenantId; readonly slug: TenantSlug }
  ) => Effect.Effect<void, StoreDefect, SqlClient.SqlClient>
>("platform/Departure", { defaultValue: () => () => Effect.void })
