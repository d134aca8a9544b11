import { TenantSlug, Tier } from "@innkeeper/config"
import { Schema } from "effect"
import { HttpApi, HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { AccessRule, AdminToken } from "../access/Access.ts"
import { Page, pageQuery } from "../access/Page.ts"
import { Conflict, NotFound, Unavailable, Unprocessable } from "../access/Problems.ts"
import { Text } from "../access/Text.ts"
import { AdminAuthorization } from "../tenant/AdminAuthorization.ts"
import {
  ManagedTenant,
  OperationId,
  OperationLine,
  OperationRequest,
  TenantOperation,
  TenantPlan,
  TenantState
} from "./TenantOperation.ts"

const one = { slug: TenantSlug }
const oneOperation = { slug: TenantSlug, id: OperationId }

/** The lives of tenants: from their creation to their end. For the platform's admins. */
export class LifecycleApi extends HttpApiGroup.make("lifecycle")
  .add(
    /** Tenants by their slugs. `text` stands in the slug, the name or a host name, in whichever case. */
    HttpApiEndpoint.get("list", "/", {
      query: {
        text: Schema.optionalKey(Text(200)),
        tier: Schema.optionalKey(Tier),
        state: Schema.optionalKey(TenantState),
        /** The slug of the last tenant of the previous page. */
        cursor: Schema.optionalKey(TenantSlug),
        limit: pageQuery.limit
      },
      success: Page(ManagedTenant)
    }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.get("get", "/:slug", { params: one, success: ManagedTenant, error: NotFound })
      .annotate(AccessRule, AdminToken),
    /** Says what `operate` with the same request would do, and does nothing. */
    HttpApiEndpoint.post("plan", "/:slug/plan", {
      params: one,
      payload: OperationRequest,
      success: TenantPlan,
      error: [NotFound, Conflict, Unprocessable, Unavailable]
    }).annotate(AccessRule, AdminToken),
    /**
     * Accepts an operation; it is stored when this answers. The tenant is as it asks already: `operation` is null. The
     * same one is under way: that one. `Conflict`: another one is under way, or the tenant's state does not allow it.
     */
    HttpApiEndpoint.post("operate", "/:slug/operations", {
      params: one,
      payload: OperationRequest,
      success: Schema.Struct({ operation: Schema.NullOr(TenantOperation) }),
      error: [NotFound, Conflict, Unprocessable, Unavailable]
    }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.get("history", "/:slug/operations", {
      params: one,
      query: { ...pageQuery, cursor: Schema.optionalKey(OperationId) },
      success: Page(TenantOperation),
      error: [NotFound, Unprocessable]
    }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.get("operation", "/:slug/operations/:id", {
      params: oneOperation,
      success: TenantOperation,
      error: NotFound
    }).annotate(AccessRule, AdminToken),
    /** Lines after the number, at most 500, oldest first. */
    HttpApiEndpoint.get("lines", "/:slug/operations/:id/lines", {
      params: oneOperation,
      query: { after: Schema.optionalKey(Schema.FiniteFromString.check(Schema.isInt())) },
      success: Schema.Array(OperationLine),
      error: NotFound
    }).annotate(AccessRule, AdminToken),
    /** Stops an operation; what it did is undone. */
    HttpApiEndpoint.post("cancel", "/:slug/operations/:id/cancel", {
      params: oneOperation,
      success: TenantOperation,
      error: [NotFound, Conflict]
    }).annotate(AccessRule, AdminToken)
  )
  .middleware(AdminAuthorization)
  .prefix("/admin/lifecycle")
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
{}
