import { Context, type Effect, Schema } from "effect"

/**
 * The mail server is away or asks to come back later (SMTP 4xx, RFC 5321 section 4.2.1), or does not let us in. `away`: no mail
 * would have got through, so that one that does says that this one may.
 */
export class MailDelayed extends Schema.TaggedError<MailDelayed>()("MailDelayed", {
  answer: Schema.String,
  away: Schema.Boolean
}) {}

/** The mail server will never take this mail (SMTP 5xx). */
export class MailRefused extends Schema.TaggedError<MailRefused>()("MailRefused", { answer: Schema.String }) {}

/** A mail as it is handed over, with its sender. */
export interface OutgoingMail {
  /** `Name <address>` (RFC 5322), as the reply's address. */
  readonly from: string
  readonly replyTo: string | undefined
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string | undefined
  /** With angle brackets; a repeated mail has the same. */
  readonly messageId: string
  readonly headers: Readonly<Record<string, string>>
}

/** What hands mails over: an SMTP server, or a provider's API. */
export class MailTransport extends Context.Service<MailTransport, {
  /**
   * Ends when the mail has been taken. Returns the answer, with the provider's id of the mail where it has one. It fails 75 s after
   * it began to hand the mail over at the latest, and may wait for its turn before. If it had to, `afterWaiting` runs when the turn
   * has come; where that fails, the mail is not sent.
   */
  readonly send: <E = never>(
    mail: OutgoingMail,
    afterWaiting?: Effect.Effect<void, E>
  ) => Effect.Effect<string, MailDelayed | MailRefused | E>
  /** Fails when it cannot be reached or does not let us in. */
  readonly verify: Effect.Effect<void, MailDelayed | MailRefused>
}>()("platform/MailTransport") {}
