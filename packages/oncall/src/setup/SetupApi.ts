import { TenantSlug } from "@innkeeper/config"
import {
  AccessRule,
  AdminAuthorization,
  AdminToken,
  Authorization,
  needs,
  NotFound,
  Unprocessable
} from "@innkeeper/platform/api"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { SetupDocument, SetupResult } from "./SetupDocument.ts"

const query = { dryRun: Schema.optionalKey(Schema.Literals(["true", "false"])) }

/** A tenant as code: `innkeeper apply` and `innkeeper export`. */
export class SetupApi extends HttpApiGroup.make("setup")
  .add(
    /** Applies a document to the caller's own tenant; `tenant.slug` must be that tenant's. */
    HttpApiEndpoint.post("apply", "/setup", {
      query,
      payload: SetupDocument,
      success: SetupResult,
      error: Unprocessable
    })
      .middleware(Authorization).annotate(AccessRule, needs("oncall:write")),
    HttpApiEndpoint.get("export", "/setup", { success: SetupDocument })
      .middleware(Authorization).annotate(AccessRule, needs("oncall:write")),
    /** The same for the platform's admins, who may also create the tenant. */
    HttpApiEndpoint.post("applyAsAdmin", "/admin/setup", {
      query,
      payload: SetupDocument,
      success: SetupResult,
      error: Unprocessable
    }).middleware(AdminAuthorization).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.get("exportAsAdmin", "/admin/setup/:slug", {
      params: { slug: TenantSlug },
      success: SetupDocument,
      error: NotFound
    }).middleware(AdminAuthorization).annotate(AccessRule, AdminToken)
  )
{}
