import { TenantId } from "@innkeeper/config"
import { JobDetail, JobId, JobRecord, JobState, QueueState } from "@innkeeper/runtime/api"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { AccessRule, AdminToken } from "../access/Access.ts"
import { Page, pageQuery } from "../access/Page.ts"
import { Conflict, NotFound } from "../access/Problems.ts"
import { Text } from "../access/Text.ts"
import { AdminAuthorization } from "../tenant/AdminAuthorization.ts"

const job = { params: { id: JobId }, success: JobDetail }

/** Background jobs of all tenants, and their queues. What is secret in a payload or a result is replaced. */
export class JobApi extends HttpApiGroup.make("jobs")
  .add(
    HttpApiEndpoint.get("queues", "/queues", { success: Schema.Array(QueueState) }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.get("search", "/jobs", {
      query: {
        queue: Schema.optionalKey(Text(200)),
        name: Schema.optionalKey(Text(200)),
        state: Schema.optionalKey(JobState),
        /** The deduplication key, in full. */
        key: Schema.optionalKey(Text(500)),
        tenantId: Schema.optionalKey(TenantId),
        ...pageQuery,
        cursor: Schema.optionalKey(JobId)
      },
      success: Page(JobRecord)
    }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.get("get", "/jobs/:id", { ...job, error: NotFound }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.post("cancel", "/jobs/:id/cancel", { ...job, error: NotFound }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.post("replay", "/jobs/:id/replay", { ...job, error: [NotFound, Conflict] })
      .annotate(AccessRule, AdminToken),
    HttpApiEndpoint.post("discard", "/jobs/:id/discard", { ...job, error: [NotFound, Conflict] })
      .annotate(AccessRule, AdminToken)
  )
  .middleware(AdminAuthorization)
  .prefix("/admin")
{}
