import {
  AdminAuditApi,
  AdminSessionApi,
  ClusterApi,
  ConsumerApi,
  DeadLetterApi,
  JobApi,
  PlatformScheduleApi,
  TenantApi,
  WorkflowRunApi
} from "@innkeeper/platform/api"
import { HttpApi, HttpApiMiddleware } from "effect/http-api"

/** The groups of the server's API that the console uses. */
export class AdminApi extends HttpApi.make("innkeeper")
  .add(
    AdminSessionApi,
    TenantApi,
    ClusterApi,
    ConsumerApi,
    DeadLetterApi,
    JobApi,
    PlatformScheduleApi,
    WorkflowRunApi,
    AdminAuditApi
  )
  .prefix("/api/v1")
  .middleware(HttpApiMiddleware.ProblemDetails)
{}
