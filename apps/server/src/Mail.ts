import type { MailConfig } from "@innkeeper/config"
import { MailCatcher, Mailer } from "@innkeeper/platform"
import { Effect, Layer, Redacted } from "effect"
import { join } from "node:path"

/** Mail by the configured server; without one, over SMTP to a catcher whose mails the web UI of every process shows. */
export const mailLayer = ({ from, replyTo, smtpUrl }: MailConfig, dataFolder: string) =>
  smtpUrl === undefined
    ? Layer.unwrap(Effect.map(MailCatcher, ({ url }) => Mailer.layer({ url: Redacted.make(url), from, replyTo }))).pipe(
      Layer.provideMerge(MailCatcher.layerFile(join(dataFolder, "mailbox.jsonl")))
    )
    : Mailer.layer({ url: smtpUrl, from, replyTo })
