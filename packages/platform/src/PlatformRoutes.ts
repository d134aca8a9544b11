import { EventStreams } from "@innkeeper/runtime"
import { Layer } from "effect"
import { ViewersLive } from "./access/ViewersLive.ts"
import { ApiKeyRoutes } from "./apikey/ApiKeyRoutes.ts"
import { AuditRoutes } from "./audit/AuditRoutes.ts"
import { adminSessionRoutes } from "./console/AdminSessionRoutes.ts"
import { sessionRoutes } from "./identity/SessionRoutes.ts"
import { UserRoutes } from "./identity/UserRoutes.ts"
import { MailboxRoutes } from "./mail/MailboxRoutes.ts"
import { StreamRoutes } from "./stream/StreamRoutes.ts"
import { TeamRoutes } from "./team/TeamRoutes.ts"
import { TenantRoutes } from "./tenant/TenantRoutes.ts"
import { WebhookDeliveryRoutes, WebhookEventRoutes, WebhookRoutes } from "./webhook/WebhookRoutes.ts"

/** Handlers of the whole `PlatformApi`. */
export const platformRoutes = (options: { readonly publicUrl: string; readonly version: string }) =>
  Layer.mergeAll(
    sessionRoutes(options),
    UserRoutes,
    TeamRoutes,
    ApiKeyRoutes,
    AuditRoutes,
    StreamRoutes.pipe(Layer.provide(EventStreams.layer), Layer.provide(ViewersLive)),
    WebhookRoutes,
    WebhookDeliveryRoutes,
    WebhookEventRoutes,
    MailboxRoutes,
    TenantRoutes,
    adminSessionRoutes(options)
  )
