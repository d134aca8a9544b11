import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { AccessRule, AdminToken } from "../access/Access.ts"
import { Page, pageQuery } from "../access/Page.ts"
import { AdminAuthorization } from "../tenant/AdminAuthorization.ts"
import { AdminAuditEntry } from "./AdminAuditEntry.ts"

/** What the platform's admins did, newest first. */
export class AdminAuditApi extends HttpApiGroup.make("adminAudit")
  .add(
    HttpApiEndpoint.get("list", "/", {
      query: pageQuery,
      success: Page(AdminAuditEntry)
    }).annotate(AccessRule, AdminToken)
  )
  .middleware(AdminAuthorization)
  .prefix("/admin/audit")
{}
