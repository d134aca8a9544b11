import { HttpApi, HttpApiMiddleware } from "effect/http-api"
import { Outages } from "./access/Outages.ts"
import { ApiKeyApi } from "./apikey/ApiKeyApi.ts"
import { AuditApi } from "./audit/AuditApi.ts"
import { AdminSessionApi } from "./console/AdminSessionApi.ts"
import { SessionApi } from "./identity/SessionApi.ts"
import { UserApi } from "./identity/UserApi.ts"
import { MailboxApi } from "./mail/MailboxApi.ts"
import { StreamApi } from "./stream/StreamApi.ts"
import { TeamApi } from "./team/TeamApi.ts"
import { TenantApi } from "./tenant/TenantApi.ts"
import { WebhookApi, WebhookDeliveryApi, WebhookEventApi } from "./webhook/WebhookApi.ts"

/** The platform over HTTP: the part of Innkeeper's API that this package answers for. */
export class PlatformApi extends HttpApi.make("innkeeper")
  .add(
    SessionApi,
    UserApi,
    TeamApi,
    ApiKeyApi,
    AuditApi,
    StreamApi,
    MailboxApi,
    TenantApi,
    AdminSessionApi,
    WebhookApi,
    WebhookDeliveryApi,
    WebhookEventApi
  )
  .prefix("/api/v1")
  .middleware(HttpApiMiddleware.ProblemDetails)
  .middleware(Outages)
{}
