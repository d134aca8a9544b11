import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { PlatformApi } from "../PlatformApi.ts"
import { TenantSummary } from "./TenantApi.ts"
import { Tenants } from "./Tenants.ts"

export const TenantRoutes = HttpApiBuilder.group(
  PlatformApi,
  "tenants",
  Effect.fnUntraced(function*(handlers) {
    const tenants = yield* Tenants
    return handlers.handleAll({
      list: () => Effect.map(tenants.list, (found) => found.map((tenant) => new TenantSummary(tenant)))
    })
  })
)
