import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { PlatformApi } from "../PlatformApi.ts"
import { TenantDetail, TenantImportResult, TenantSummary } from "./TenantApi.ts"
import { type ConfiguredTenant, TenantConfigs } from "./TenantConfigs.ts"
import { Tenants } from "./Tenants.ts"

const shown = (tenant: ConfiguredTenant) => new TenantDetail(tenant)

export const TenantRoutes = HttpApiBuilder.group(
  PlatformApi,
  "tenants",
  Effect.fnUntraced(function*(handlers) {
    const tenants = yield* Tenants
    const configs = yield* TenantConfigs
    return handlers.handleAll({
      list: () => Effect.map(tenants.list, (found) => found.map((tenant) => new TenantSummary(tenant))),
      import: ({ payload, query }) => {
        const dryRun = query.dryRun === "true"
        return configs.enter({ tenants: payload.tenants, dryRun, source: "database" }).pipe(
          Effect.map((changes) => new TenantImportResult({ dryRun, changes }))
        )
      },
      get: ({ params }) => Effect.map(configs.get(params.slug), shown),
      configure: ({ params, payload }) => Effect.map(configs.replace(params.slug, payload), shown)
    })
  })
)
