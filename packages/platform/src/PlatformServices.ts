import { Layer, type Redacted } from "effect"
import { ApiKeys } from "./apikey/ApiKeys.ts"
import { ArchiveStorage } from "./archive/ArchiveStorage.ts"
import { TenantArchive } from "./archive/TenantArchive.ts"
import { Audit } from "./audit/Audit.ts"
import { AdminAudit } from "./console/AdminAudit.ts"
import { GuardedHttpClient, OutgoingGuard } from "./edge/OutgoingGuard.ts"
import { type Limits, RateLimits } from "./edge/RateLimits.ts"
import { Passwords } from "./identity/Passwords.ts"
import { Sessions } from "./identity/Sessions.ts"
import { Users } from "./identity/Users.ts"
import { WebhookSecrets } from "./identity/WebhookSecrets.ts"
import { TenantMailer } from "./mail/TenantMailer.ts"
import { MoveKeys } from "./move/moveKey.ts"
import { type SealedColumn, sealedColumns } from "./move/SealedColumn.ts"
import { TenantMoves } from "./move/TenantMoves.ts"
import { SecretBox } from "./secrets/SecretBox.ts"
import { Signer } from "./secrets/Signer.ts"
import { Teams } from "./team/Teams.ts"
import { TenantConfigs } from "./tenant/TenantConfigs.ts"
import { Tenants } from "./tenant/Tenants.ts"
import { TenantTerms } from "./tenant/TenantTerms.ts"
import { WebhookDeliveries } from "./webhook/WebhookDeliveries.ts"
import { Webhooks } from "./webhook/Webhooks.ts"
import { type WebhookSource, WebhookSources } from "./webhook/WebhookSource.ts"

/** The platform's use cases. They stand on the database, the runtime's `Jobs` and `Outbox`, a `Mailer` and a `RateLimiter`. */
export const platformServices = (options: {
  readonly publicUrl: string
  /** The installation's secret. */
  readonly secret: Redacted.Redacted<string>
  /** Also calls private addresses that users give; for development. */
  readonly allowInside: boolean
  readonly limits?: Partial<Limits> & { readonly alerts?: number }
  /** Events that webhooks can send; none if not given. */
  readonly webhookSources?: ReadonlyArray<WebhookSource>
  /** What may change configurations of tenants, and for how long they are kept in memory. */
  readonly tenants?: Parameters<typeof TenantConfigs.layer>[0]
  /** Folder of archives of tenants. */
  readonly archiveFolder: string
  /** Columns of tables of other packages that `SecretBox` sealed. */
  readonly sealedColumns?: ReadonlyArray<SealedColumn>
  readonly moves?: Omit<Parameters<typeof TenantMoves.layer>[0], "sealed">
}) =>
  Layer.mergeAll(
    Users.layer,
    Teams.layer,
    ApiKeys.layer,
    Sessions.layer(options),
    Tenants.layer,
    Layer.mergeAll(
      MoveKeys.layer(options),
      TenantArchive.layer(options),
      TenantMoves.layer({ ...options.moves, sealed: [...sealedColumns, ...options.sealedColumns ?? []] })
    ).pipe(Layer.provideMerge(ArchiveStorage.folder(options.archiveFolder))),
    WebhookSecrets.layer,
    Webhooks.layer,
    WebhookDeliveries.layer
  )
    .pipe(
      Layer.provideMerge(TenantMailer),
      Layer.provideMerge(TenantTerms.layer(options.limits)),
      Layer.provideMerge(TenantConfigs.layer(options.tenants ?? { source: "database", ttlSeconds: 60 })),
      Layer.provideMerge(Layer.mergeAll(
        Audit.layer,
        WebhookSources.layer(options.webhookSources ?? []),
        AdminAudit.layer,
        Passwords.layer,
        SecretBox.layer(options),
        Signer.layer(options),
        OutgoingGuard.layer(options),
        GuardedHttpClient.layer(options),
        RateLimits.layer(options.limits)
      ))
    )
