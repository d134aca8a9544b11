import { Effect, Layer, Redacted, Schema } from "effect"
import { createTransport } from "nodemailer"
import { apiLimit, inTime } from "./inTime.ts"
import { isAboutSender } from "./isAboutSender.ts"
import { MailDelayed, MailRefused, MailTransport } from "./MailTransport.ts"

const Failure = Schema.Struct({ name: Schema.String, message: Schema.String })
const isFailure = Schema.is(Failure)

/** Errors of SendEmail that are about the mail and not about our account. */
const aboutTheMail = ["MessageRejected", "BadRequestException"]

const failureOf = (cause: unknown) => {
  if (!isFailure(cause)) return new MailDelayed({ answer: `Amazon SES: ${cause}`, away: true })
  const answer = `Amazon SES: ${cause.name} ${cause.message}`
  if (isAboutSender(cause.message)) return new MailDelayed({ answer, away: false })
  if (aboutTheMail.includes(cause.name)) return new MailRefused({ answer })
  return new MailDelayed({ answer, away: cause.name !== "TooManyRequestsException" })
}

/** The credentials are taken, and do not let read of the account. */
const maySendOnly = (cause: unknown) => isFailure(cause) && cause.name === "AccessDeniedException"

/**
 * Hands mails to Amazon SES (API v2, SendEmail). Without `credentials` those of the process count, such as the role of its
 * service account. SES gives each mail a `Message-ID` of its own.
 */
export const sesTransport = (options: {
  readonly region: string
  readonly credentials?: {
    readonly accessKeyId: string
    readonly secretAccessKey: Redacted.Redacted<string>
  }
  readonly url?: string
}) =>
  Layer.effect(
    MailTransport,
    Effect.gen(function*() {
      const { credentials, region, url } = options
      // Large, so that it is loaded by those alone who use it.
      const { GetAccountCommand, SendEmailCommand, SESv2Client } = yield* Effect.promise(() =>
        import("@aws-sdk/client-sesv2")
      )
      const sesClient = yield* Effect.acquireRelease(
        Effect.sync(() =>
          new SESv2Client({
            region,
            // What is delayed is tried again by whoever sends it.
            maxAttempts: 1,
            ...(url !== undefined && { endpoint: url }),
            ...(credentials !== undefined && {
              credentials: {
                accessKeyId: credentials.accessKeyId,
                secretAccessKey: Redacted.value(credentials.secretAccessKey)
              }
            })
          })
        ),
        (client) => Effect.sync(() => client.destroy())
      )
      const transport = createTransport({ SES: { sesClient, SendEmailCommand } })
      return MailTransport.of({
        send: ({ to, ...mail }) =>
          Effect.tryPromise({
            try: () => transport.sendMail({ ...mail, to: { name: "", address: to } }),
            catch: failureOf
          }).pipe(Effect.map(({ messageId }) => `Amazon SES: ${messageId}`), inTime("Amazon SES", apiLimit)),
        verify: Effect.tryPromise(() => sesClient.send(new GetAccountCommand({}))).pipe(
          Effect.asVoid,
          Effect.catchIf(({ cause }) => maySendOnly(cause), () => Effect.void),
          Effect.mapError(({ cause }) => failureOf(cause))
        )
      })
    })
  )
