import type { MailConfig } from "@innkeeper/config"
import {
  MailCatcher,
  Mailer,
  postmarkTransport,
  resendTransport,
  sesTransport,
  smtpTransport
} from "@innkeeper/platform"
import { Effect, Layer, Match, Redacted } from "effect"
import { join } from "node:path"

/** Over SMTP to a catcher whose mails the web UI of every process shows. */
const caught = (dataFolder: string) =>
  Layer.unwrap(Effect.map(MailCatcher, ({ url }) => smtpTransport({ url: Redacted.make(url) }))).pipe(
    Layer.provideMerge(MailCatcher.layerFile(join(dataFolder, "mailbox.jsonl")))
  )

/** Mail by what the environment says. */
export const mailLayer = ({ delivery, ...identity }: MailConfig, dataFolder: string) =>
  Mailer.layer(identity).pipe(
    Layer.provideMerge(
      Match.valueTags(delivery, {
        Caught: () => caught(dataFolder),
        Smtp: smtpTransport,
        Resend: resendTransport,
        Postmark: postmarkTransport,
        Ses: sesTransport
      })
    )
  )
