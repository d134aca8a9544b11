import { TenantId, TenantSlug } from "@innkeeper/config"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { AccessRule, AdminToken } from "../access/Access.ts"
import { AdminAuthorization } from "./AdminAuthorization.ts"

/** A tenant as the platform's admins see it. */
export class TenantSummary extends Schema.Class<TenantSummary>("platform/TenantSummary")({
  id: TenantId,
  slug: TenantSlug,
  name: Schema.String,
  tier: Schema.String,
  state: Schema.String,
  createdAt: Schema.DateTimeUtcFromString
}) {}

/** Tenants, for the platform's admins. Needs `X-Admin-Token`. */
export class TenantApi extends HttpApiGroup.make("tenants")
  .add(
    HttpApiEndpoint.get("list", "/", { success: Schema.Array(TenantSummary) }).annotate(AccessRule, AdminToken)
  )
  .middleware(AdminAuthorization)
  .prefix("/admin/tenants")
{}
