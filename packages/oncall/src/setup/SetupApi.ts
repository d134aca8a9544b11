import { TenantSlug } from "@innkeeper/config"
import { AccessRule, AdminAuthorization, AdminToken, Conflict, NotFound, Unprocessable } from "@innkeeper/platform/api"
import { Schema } from "effect"
import { HttpApi, HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { SetupDocument, SetupResult } from "./SetupDocument.ts"

/** Tenants as code: `innkeeper apply` and `innkeeper export`. A document may create its tenant, so it takes an admin. */
export class SetupApi extends HttpApiGroup.make("setup")
  .add(
    HttpApiEndpoint.post("apply", "/", {
      query: { dryRun: Schema.optionalKey(Schema.Literals(["true", "false"])) },
      payload: SetupDocument,
      success: SetupResult,
      error: [Unprocessable, Conflict]
    }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.get("export", "/:slug", {
      params: { slug: TenantSlug },
      success: SetupDocument,
      error: [NotFound, Conflict]
    }).annotate(AccessRule, AdminToken)
  )
  .middleware(AdminAuthorization)
  .prefix("/admin/setup")
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
{}
