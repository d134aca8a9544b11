import type { TenantId } from "@innkeeper/config"
import { asTenant, tenantWork } from "@innkeeper/database"
import { Context, Effect, Layer, type Redacted } from "effect"
import { type SealBroken, SecretBox } from "../secrets/SecretBox.ts"
import type { ContactMethodId } from "./User.ts"
import { findSealedSecret } from "./UserStore.ts"

/** What a webhook's signing secret is sealed for. */
export const webhookPurpose = "contact method"

/** The secrets that sign calls to people's webhooks (Standard Webhooks, `whsec_…`). */
export class WebhookSecrets extends Context.Service<WebhookSecrets, {
  /** A contact method without a secret is a defect: every webhook gets one when it is added. */
  readonly ofContactMethod: (
    tenantId: TenantId,
    id: ContactMethodId
  ) => Effect.Effect<Redacted.Redacted<string>, SealBroken>
}>()("platform/WebhookSecrets") {
  static readonly layer = Layer.effect(
    WebhookSecrets,
    Effect.gen(function*() {
      const secrets = yield* SecretBox
      const { scoped } = yield* tenantWork
      const ofContactMethod = Effect.fn("WebhookSecrets.ofContactMethod")(
        function*(tenantId: TenantId, id: ContactMethodId) {
          const sealed = yield* scoped(findSealedSecret(id)).pipe(
            asTenant(tenantId),
            Effect.flatMap(Effect.fromOption),
            Effect.orDie
          )
          return yield* secrets.open(webhookPurpose, sealed)
        }
      )
      return WebhookSecrets.of({ ofContactMethod })
    })
  )
}
