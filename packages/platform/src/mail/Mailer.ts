import type { TenantId } from "@innkeeper/config"
import { Context, Effect, Layer } from "effect"
import { type MailDelayed, type MailRefused, MailTransport } from "./MailTransport.ts"

/** A mail to one address. */
export interface Mail {
  /** On whose behalf; kept in a header, by which the development mailbox shows a tenant its own. */
  readonly tenantId: TenantId
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html?: string
  /** With angle brackets; a repeated mail has the same. */
  readonly messageId: string
  readonly headers?: Readonly<Record<string, string>>
  /** Who signs it and gets the answers, where that is not the installation. */
  readonly sender?: { readonly from: string; readonly replyTo: string | undefined }
  /** It is the installation's own, though it goes to one of the tenant's people. */
  readonly ofInstallation?: true
}

/** Header that names the tenant of a mail. */
export const tenantHeader = "X-Innkeeper-Tenant"

/** Sends mails in the name of the installation. */
export class Mailer extends Context.Service<Mailer, {
  /** Ends when the mail has been taken; `answer` is the mail server's or the provider's. `afterWaiting` as of `MailTransport`. */
  readonly send: <E = never>(
    mail: Mail,
    afterWaiting?: Effect.Effect<void, E>
  ) => Effect.Effect<{ readonly answer: string }, MailDelayed | MailRefused | E>
  /** Fails when the mail server cannot be reached or does not let us in. */
  readonly verify: Effect.Effect<void, MailDelayed | MailRefused>
}>()("platform/Mailer") {
  static readonly layer = (options: { readonly from: string; readonly replyTo?: string | undefined }) =>
    Layer.effect(
      Mailer,
      Effect.gen(function*() {
        const transport = yield* MailTransport
        const send = Effect.fn("Mailer.send")(
          function*<E = never>(
            { headers, html, messageId, sender, subject, tenantId, text, to }: Mail,
            afterWaiting?: Effect.Effect<void, E>
          ) {
            const mail = {
              to,
              subject,
              text,
              html,
              messageId,
              from: sender?.from ?? options.from,
              replyTo: sender === undefined ? options.replyTo : sender.replyTo,
              headers: { ...headers, [tenantHeader]: tenantId }
            }
            return { answer: yield* transport.send(mail, afterWaiting) }
          }
        )
        return Mailer.of({ send, verify: transport.verify })
      })
    )
}
