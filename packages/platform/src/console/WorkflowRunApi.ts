import { TenantId } from "@innkeeper/config"
import { RunCursor, WorkflowRun, WorkflowRunDetail, WorkflowStatus } from "@innkeeper/runtime/api"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { AccessRule, AdminToken } from "../access/Access.ts"
import { Page, pageQuery } from "../access/Page.ts"
import { Conflict, NotFound, Unprocessable } from "../access/Problems.ts"
import { Text } from "../access/Text.ts"
import { AdminAuthorization } from "../tenant/AdminAuthorization.ts"

const params = { id: Text(300) }

/** Runs of workflows: what each was given, what happened in it, and how to end it, to let it go on, to try it again. */
export class WorkflowRunApi extends HttpApiGroup.make("workflowRuns")
  .add(
    HttpApiEndpoint.get("search", "/runs", {
      query: {
        workflow: Schema.optionalKey(Text(200)),
        status: Schema.optionalKey(WorkflowStatus),
        tenantId: Schema.optionalKey(TenantId),
        /** Part of the input as it is shown, or the run's id. */
        text: Schema.optionalKey(Text(200).check(Schema.isMinLength(3))),
        ...pageQuery,
        cursor: Schema.optionalKey(RunCursor)
      },
      success: Page(WorkflowRun)
    }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.get("workflows", "/workflows", { success: Schema.Array(Schema.String) })
      .annotate(AccessRule, AdminToken),
    HttpApiEndpoint.get("get", "/runs/:id", { params, success: WorkflowRunDetail, error: NotFound })
      .annotate(AccessRule, AdminToken),
    HttpApiEndpoint.post("cancel", "/runs/:id/cancel", {
      params,
      success: HttpApiSchema.NoContent,
      error: [NotFound, Conflict, Unprocessable]
    }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.post("resume", "/runs/:id/resume", {
      params,
      success: HttpApiSchema.NoContent,
      error: [NotFound, Conflict, Unprocessable]
    }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.post("retry", "/runs/:id/retry", {
      params,
      success: WorkflowRun,
      error: [NotFound, Conflict, Unprocessable]
    }).annotate(AccessRule, AdminToken)
  )
  .middleware(AdminAuthorization)
  .prefix("/admin")
{}
