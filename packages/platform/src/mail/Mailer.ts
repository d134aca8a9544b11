import type { TenantId } from "@innkeeper/config"
import { Context, Effect, Layer, Redacted, Schema } from "effect"
import { createTransport } from "nodemailer"

/** The mail server is away or asks to come back later (SMTP 4xx, RFC 5321 section 4.2.1). */
export class MailDelayed extends Schema.TaggedError<MailDelayed>()("MailDelayed", { answer: Schema.String }) {}

/** The mail server will never take this mail (SMTP 5xx). */
export class MailRefused extends Schema.TaggedError<MailRefused>()("MailRefused", { answer: Schema.String }) {}

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
}

/** Header that names the tenant of a mail. */
export const tenantHeader = "X-Innkeeper-Tenant"

const Failure = Schema.Struct({
  message: Schema.String,
  response: Schema.optional(Schema.String),
  responseCode: Schema.optional(Schema.Finite)
})
const isFailure = Schema.is(Failure)

const failureOf = (cause: unknown) => {
  if (!isFailure(cause)) return new MailDelayed({ answer: String(cause) })
  const answer = cause.response ?? cause.message
  return cause.responseCode !== undefined && cause.responseCode >= 500
    ? new MailRefused({ answer })
    : new MailDelayed({ answer })
}

/** Hands mails to an SMTP server over a pool of connections. */
export class Mailer extends Context.Service<Mailer, {
  /** Ends when the server has taken the mail; `answer` is its own. */
  readonly send: (mail: Mail) => Effect.Effect<{ readonly answer: string }, MailDelayed | MailRefused>
  /** Fails when the server cannot be reached or does not let us in. */
  readonly verify: Effect.Effect<void, MailDelayed | MailRefused>
}>()("platform/Mailer") {
  static readonly layer = (options: {
    readonly url: Redacted.Redacted<string>
    readonly from: string
    readonly replyTo?: string | undefined
  }) =>
    Layer.effect(
      Mailer,
      Effect.gen(function*() {
        const transport = yield* Effect.acquireRelease(
          Effect.sync(() =>
            createTransport({
              url: Redacted.value(options.url),
              pool: true,
              maxConnections: 10,
              maxMessages: 1000,
              connectionTimeout: 10_000,
              greetingTimeout: 10_000,
              socketTimeout: 20_000,
              disableFileAccess: true,
              disableUrlAccess: true
            })
          ),
          (transport) => Effect.sync(() => transport.close())
        )
        const send = Effect.fn("Mailer.send")(function*(mail: Mail) {
          const sent = yield* Effect.tryPromise({
            try: () =>
              transport.sendMail({
                from: options.from,
                replyTo: options.replyTo,
                to: { name: "", address: mail.to },
                subject: mail.subject,
                text: mail.text,
                html: mail.html,
                messageId: mail.messageId,
                headers: { ...mail.headers, [tenantHeader]: mail.tenantId }
              }),
            catch: failureOf
          }).pipe(
            Effect.timeoutOrElse({
              duration: "30 seconds",
              orElse: () => Effect.fail(new MailDelayed({ answer: "The mail server did not answer within 30 s" }))
            })
          )
          return { answer: sent.response }
        })
        const verify = Effect.tryPromise({ try: () => transport.verify(), catch: failureOf }).pipe(Effect.asVoid)
        return Mailer.of({ send, verify })
      })
    )
}
