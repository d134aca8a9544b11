import type { MailIdentity } from "@innkeeper/config"
import { Effect, Layer } from "effect"
import { TenantTerms } from "../tenant/TenantTerms.ts"
import { type Mail, Mailer } from "./Mailer.ts"

/** Sender and address for answers as headers have them: the name as a quoted string (RFC 5322, 3.2.4). */
export const senderOf = ({ fromAddress, fromName, replyTo }: MailIdentity) => ({
  from: `"${fromName.replaceAll(/["\\]/g, "\\$&")}" <${fromAddress}>`,
  replyTo
})

/** The mailer that signs mails as their tenant is configured, on top of the one that signs as the installation. */
export const TenantMailer = Layer.effect(
  Mailer,
  Effect.gen(function*() {
    const mailer = yield* Mailer
    const terms = yield* TenantTerms
    return Mailer.of({
      ...mailer,
      send: Effect.fnUntraced(function*<E = never>(mail: Mail, afterWaiting?: Effect.Effect<void, E>) {
        if (mail.ofInstallation) return yield* mailer.send(mail, afterWaiting)
        const { mail: identity } = yield* terms.of(mail.tenantId)
        return yield* mailer.send(identity === null ? mail : { ...mail, sender: senderOf(identity) }, afterWaiting)
      })
    })
  })
)
