import type { CurrentTenant, StoreDefect } from "@innkeeper/database"
import type { DomainEvent } from "@innkeeper/runtime"
import { Context, type Effect, Layer, type Schema } from "effect"
import type { SqlClient } from "effect/sql"

/** A type of domain event that webhooks can send, told by the package that publishes it. */
export interface WebhookSource {
  readonly type: string
  /** For people who choose: a sentence without a full stop. */
  readonly description: string
  /** `data` of the body, read in the tenant's transaction; null when what it was about is gone, and nothing is sent. */
  readonly data: (
    event: DomainEvent
  ) => Effect.Effect<Schema.Json | null, StoreDefect, SqlClient.SqlClient | CurrentTenant>
}

/** All that webhooks can send. */
export class WebhookSources extends Context.Service<WebhookSources, ReadonlyArray<WebhookSource>>()(
  "platform/WebhookSources"
) {
  static readonly layer = (sources: ReadonlyArray<WebhookSource>) => Layer.succeed(WebhookSources, sources)
}
