import { webhookPurpose } from "../identity/WebhookSecrets.ts"
import { sealedFor } from "../webhook/Webhooks.ts"

/** A column that holds what `SecretBox` sealed, and for which purpose. Its name ends with `_sealed`. */
export interface SealedColumn {
  readonly table: string
  readonly column: string
  readonly purpose: string
}

/** The platform's own. */
export const sealedColumns: ReadonlyArray<SealedColumn> = [
  { table: "contact_method", column: "secret_sealed", purpose: webhookPurpose },
  { table: "webhook_endpoint", column: "secret_sealed", purpose: sealedFor },
  { table: "webhook_endpoint", column: "old_secret_sealed", purpose: sealedFor }
]
