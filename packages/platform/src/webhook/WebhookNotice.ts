import { CurrentTenant } from "@innkeeper/database"
import { Context, Effect, Layer } from "effect"
import { Users } from "../identity/Users.ts"
import { Mailer } from "../mail/Mailer.ts"
import type { MailDelayed } from "../mail/MailTransport.ts"
import type { DisabledBecause } from "./WebhookEndpoint.ts"
import type { TellDisabled } from "./WebhookJob.ts"
import { Webhooks } from "./Webhooks.ts"

const reasons: Record<DisabledBecause, string> = {
  "by-hand": "It was disabled by hand.",
  failing: "It did nothing but fail for five days.",
  gone: "It answered 410 Gone, which asks us to call it no more."
}

/**
 * Tells an admin that an endpoint was disabled.
 *
 * @effect-expect-leaking CurrentTenant
 */
export class WebhookNotice extends Context.Service<WebhookNotice, {
  /**
   * `id` is the same for every attempt at the same mail. A mail that is refused for good is logged; when the endpoint or the
   * admin is gone, nobody is told.
   */
  readonly tell: (
    payload: typeof TellDisabled.payload.Type,
    id: string
  ) => Effect.Effect<void, MailDelayed, CurrentTenant>
}>()("platform/WebhookNotice") {
  /** `publicUrl` is where people reach the web UI, without a trailing slash. */
  static readonly layer = ({ publicUrl }: { readonly publicUrl: string }) =>
    Layer.effect(
      WebhookNotice,
      Effect.gen(function*() {
        const mailer = yield* Mailer
        const users = yield* Users
        const webhooks = yield* Webhooks
        const tell = Effect.fn("WebhookNotice.tell")(
          function*({ because, endpointId, userId }: typeof TellDisabled.payload.Type, id: string) {
            const { email, name } = yield* users.get(userId)
            const { url } = yield* webhooks.get(endpointId)
            yield* mailer.send({
              tenantId: (yield* CurrentTenant).id,
              to: email,
              subject: `Innkeeper sends nothing more to ${new URL(url).host}`,
              text: [
                `${name}, the webhook ${url} was disabled.`,
                reasons[because],
                "",
                "Nothing is sent to it until somebody enables it again. What could not be delivered can be replayed there:",
                `${publicUrl}/webhooks/${endpointId}`
              ].join("\n"),
              messageId: `<${id}@${new URL(publicUrl).hostname}>`,
              headers: { "Auto-Submitted": "auto-generated" }
            })
          },
          Effect.catchTags({
            NotFound: () => Effect.void,
            MailRefused: ({ answer }) => Effect.logError("An admin could not be told of a disabled webhook", answer)
          })
        )
        return WebhookNotice.of({ tell })
      })
    )
}
