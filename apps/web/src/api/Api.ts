import {
  EscalationPolicyApi,
  IncidentApi,
  IntegrationApi,
  LinkApi,
  ScheduleApi,
  ServiceApi,
  WhoIsOnCallApi
} from "@innkeeper/oncall/api"
import {
  ApiKeyApi,
  AuditApi,
  MailboxApi,
  SessionApi,
  TeamApi,
  UserApi,
  WebhookApi,
  WebhookDeliveryApi,
  WebhookEventApi
} from "@innkeeper/platform/api"
import { HttpApi, HttpApiMiddleware } from "effect/http-api"

/** The groups of the server's API that a person uses. */
export class Api extends HttpApi.make("innkeeper")
  .add(
    SessionApi,
    UserApi,
    TeamApi,
    ApiKeyApi,
    AuditApi,
    MailboxApi,
    WebhookApi,
    WebhookDeliveryApi,
    WebhookEventApi,
    IncidentApi,
    ServiceApi,
    IntegrationApi,
    ScheduleApi,
    WhoIsOnCallApi,
    EscalationPolicyApi,
    LinkApi
  )
  .prefix("/api/v1")
  .middleware(HttpApiMiddleware.ProblemDetails)
{}
