import type { MailConfig } from "@innkeeper/config"
import { MailCatcher, Mailer } from "@innkeeper/platform"
import { Effect, Layer, Redacted } from "effect"

/** Mail by the configured server; without one, over SMTP to a catcher whose mails the web UI shows. */
export const mailLayer = ({ from, replyTo, smtpUrl }: MailConfig) =>
  smtpUrl === undefined
    ? Layer.unwrap(Effect.map(MailCatcher, ({ url }) => Mailer.layer({ url: Redacted.make(url), from, replyTo }))).pipe(
      Layer.provideMerge(MailCatcher.layer)
    )
    : Mailer.layer({ url: smtpUrl, from, replyTo })
