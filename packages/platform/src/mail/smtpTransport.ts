import { Effect, Layer, Redacted, Schema } from "effect"
import { createTransport } from "nodemailer"
import { MailDelayed, MailRefused, MailTransport } from "./MailTransport.ts"

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

/** Hands mails to an SMTP server (RFC 5321) over a pool of connections. */
export const smtpTransport = (options: { readonly url: Redacted.Redacted<string> }) =>
  Layer.effect(
    MailTransport,
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
      return MailTransport.of({
        send: ({ to, ...mail }) =>
          Effect.tryPromise({
            try: () => transport.sendMail({ ...mail, to: { name: "", address: to } }),
            catch: failureOf
          }).pipe(Effect.map(({ response }) => response)),
        verify: Effect.tryPromise({ try: () => transport.verify(), catch: failureOf }).pipe(Effect.asVoid)
      })
    })
  )
