import { SetupApi } from "@innkeeper/oncall/api"
import {
  ClusterApi,
  DeadLetterApi,
  JobApi,
  LifecycleApi,
  PlatformScheduleApi,
  TenantApi,
  WorkflowRunApi
} from "@innkeeper/platform/api"
import { Redacted } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { HttpApi, HttpApiClient, HttpApiMiddleware } from "effect/http-api"
import type { Connection } from "./Connection.ts"

/** The part of Innkeeper's API that the platform's admins have. */
export class AdminApi extends HttpApi.make("innkeeper")
  .add(SetupApi, TenantApi, LifecycleApi, ClusterApi, DeadLetterApi, JobApi, PlatformScheduleApi, WorkflowRunApi)
  .prefix("/api/v1")
  .middleware(HttpApiMiddleware.ProblemDetails)
{}

export type AdminClient = HttpApiClient.ForApi<typeof AdminApi>

export const makeAdminClient = ({ adminToken, url }: Connection) =>
  HttpApiClient.make(AdminApi, {
    baseUrl: url,
    transformClient: HttpClient.mapRequest(
      HttpClientRequest.setHeader("x-admin-token", Redacted.value(adminToken))
    )
  })
