import { HttpApi, HttpApiMiddleware } from "effect/http-api"
import { Outages } from "../access/Outages.ts"
import { LifecycleApi } from "../lifecycle/LifecycleApi.ts"
import { AdminAuditApi } from "./AdminAuditApi.ts"
import { ClusterApi } from "./ClusterApi.ts"
import { ConsumerApi } from "./ConsumerApi.ts"
import { DeadLetterApi } from "./DeadLetterApi.ts"
import { JobApi } from "./JobApi.ts"
import { PlatformScheduleApi } from "./PlatformScheduleApi.ts"
import { WorkflowRunApi } from "./WorkflowRunApi.ts"

/** What those who run the platform see of it and can do with it. Of all tenants: the admin token opens it, nobody's session. */
export class ConsoleApi extends HttpApi.make("innkeeper")
  .add(ClusterApi, ConsumerApi, DeadLetterApi, JobApi, PlatformScheduleApi, WorkflowRunApi, LifecycleApi, AdminAuditApi)
  .prefix("/api/v1")
  .middleware(HttpApiMiddleware.ProblemDetails)
  .middleware(Outages)
{}
