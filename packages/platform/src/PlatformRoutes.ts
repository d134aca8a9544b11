import { Layer } from "effect"
import { ApiKeyRoutes } from "./apikey/ApiKeyRoutes.ts"
import { AuditRoutes } from "./audit/AuditRoutes.ts"
import { adminSessionRoutes } from "./console/AdminSessionRoutes.ts"
import { sessionRoutes } from "./identity/SessionRoutes.ts"
import { UserRoutes } from "./identity/UserRoutes.ts"
import { MailboxRoutes } from "./mail/MailboxRoutes.ts"
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
    WebhookRoutes,
    WebhookDeliveryRoutes,
    WebhookEventRoutes,
    MailboxRoutes,
    TenantRoutes,
    adminSessionRoutes(options)
  )
