import { OncallApi } from "@innkeeper/oncall/api"
import { ApiKeyApi, AuditApi, MailboxApi, SessionApi, TeamApi, UserApi } from "@innkeeper/platform/api"
import { HttpApi } from "effect/http-api"

/** What the web UI calls: on-call's API and the groups of the platform that a person uses. */
export class Api extends HttpApi.make("innkeeper")
  .add(SessionApi, UserApi, TeamApi, ApiKeyApi, AuditApi, MailboxApi)
  .prefix("/api/v1")
  .addHttpApi(OncallApi)
{}
