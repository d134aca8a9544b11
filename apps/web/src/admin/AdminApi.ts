import {
  AdminAuditApi,
  AdminSessionApi,
  ClusterApi,
  ConsumerApi,
  DeadLetterApi,
  JobApi,
  LifecycleApi,
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
    LifecycleApi,
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
