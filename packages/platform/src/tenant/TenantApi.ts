import { TenantConfig, TenantId, TenantSlug } from "@innkeeper/config"
import { Schema } from "effect"
import { HttpApi, HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { AccessRule, AdminToken } from "../access/Access.ts"
import { Conflict, NotFound, Unprocessable } from "../access/Problems.ts"
import { Text } from "../access/Text.ts"
import { AdminAuthorization } from "./AdminAuthorization.ts"
import { TenantChange } from "./TenantImport.ts"

/** A tenant as the platform's admins see it. */
export class TenantSummary extends Schema.Class<TenantSummary>("platform/TenantSummary")({
  id: TenantId,
  slug: TenantSlug,
  name: Schema.String,
  tier: Schema.String,
  state: Schema.String,
  createdAt: Schema.DateTimeUtcFromString
}) {}

/** A tenant with its configuration. */
export class TenantDetail extends Schema.Class<TenantDetail>("platform/TenantDetail")({
  ...TenantSummary.fields,
  /** `yaml` where a file of the installation states it. */
  source: Schema.String,
  /** 0 while no configuration was entered, then one more with each change. */
  version: Schema.Int,
  config: Schema.NullOr(TenantConfig)
}) {}

/** A tenant's new configuration, and the version that it replaces, so that nobody's change is lost. */
export class TenantConfigChange extends Schema.Class<TenantConfigChange>("platform/TenantConfigChange")({
  version: Schema.Int,
  /** Checked as a `TenantConfig`; what is wrong is in the answer by field. */
  config: Schema.Json
}) {}

/** Configurations of many tenants, each with the name of its file. */
export class TenantImport extends Schema.Class<TenantImport>("platform/TenantImport")({
  tenants: Schema.Array(Schema.Struct({ file: Text(500), config: Schema.Json })).check(Schema.isMaxLength(1000))
}) {}

/** What an import did or, as a dry run, would do: one change for each file, in their order. */
export class TenantImportResult extends Schema.Class<TenantImportResult>("platform/TenantImportResult")({
  dryRun: Schema.Boolean,
  changes: Schema.Array(TenantChange)
}) {}

/** Tenants, for the platform's admins. Needs `X-Admin-Token`. */
export class TenantApi extends HttpApiGroup.make("tenants")
  .add(
    HttpApiEndpoint.get("list", "/", { success: Schema.Array(TenantSummary) }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.post("import", "/import", {
      query: { dryRun: Schema.optionalKey(Schema.Literals(["true", "false"])) },
      payload: TenantImport,
      success: TenantImportResult,
      error: [Conflict, Unprocessable]
    }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.get("get", "/:slug", {
      params: { slug: TenantSlug },
      success: TenantDetail,
      error: [NotFound, Conflict]
    }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.put("configure", "/:slug/config", {
      params: { slug: TenantSlug },
      payload: TenantConfigChange,
      success: TenantDetail,
      error: [NotFound, Conflict, Unprocessable]
    }).annotate(AccessRule, AdminToken)
  )
  .middleware(AdminAuthorization)
  .prefix("/admin/tenants")
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
{}
