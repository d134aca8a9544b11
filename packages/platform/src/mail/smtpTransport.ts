import { Duration, Effect, Fiber, Layer, Redacted, Schema, Semaphore } from "effect"
import { createTransport, type SendMailOptions } from "nodemailer"
import { inTime } from "./inTime.ts"
import { isAboutSender } from "./isAboutSender.ts"
import { MailDelayed, MailRefused, MailTransport, type OutgoingMail } from "./MailTransport.ts"

const Failure = Schema.Struct({
  message: Schema.String,
  response: Schema.optional(Schema.String),
  responseCode: Schema.optional(Schema.Finite),
  /** The command that was answered. */
  command: Schema.optional(Schema.String)
})
const isFailure = Schema.is(Failure)

/** Commands whose answer is about the recipient or the mail. */
const aboutTheMail = ["RCPT TO", "DATA"]

/** Commands after the connection was made and let in; nodemailer calls what it refuses by itself `API`. */
const inside = [...aboutTheMail, "MAIL FROM", "RSET", "API"]

const failureOf = (cause: unknown) => {
  if (!isFailure(cause)) return new MailDelayed({ answer: String(cause), away: true })
  const { command = "", message, response: answer = message, responseCode = 0 } = cause
  return responseCode >= 500 && aboutTheMail.includes(command) && !isAboutSender(answer)
    ? new MailRefused({ answer })
    : new MailDelayed({ answer, away: responseCode === 421 || !inside.includes(command) })
}

/** Mails that are handed over at once. */
const connections = 10

/**
 * So long a server may be silent. It has the mail by then: one that it takes after we have gone is sent again. Servers scan
 * content before they answer, and Exchange holds its answer back for 30 s. Longer, and a connection that a firewall dropped
 * would hold pages up for as long.
 */
const silence = Duration.seconds(60)

/** So long a conversation may last: its greeting, login and commands, and the longest silence after the mail. */
const conversationLimit = Duration.seconds(75)

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
            maxConnections: connections,
            maxMessages: 1000,
            connectionTimeout: 10_000,
            greetingTimeout: 10_000,
            socketTimeout: Duration.toMillis(silence),
            disableFileAccess: true,
            disableUrlAccess: true
          })
        ),
        (transport) => Effect.sync(() => transport.close())
      )
      const turn = Semaphore.makeUnsafe(connections)

      /**
       * Hands a mail over when it is its turn. Mails wait here and not in the pool, which would send those, too, that nobody waits
       * for any more, and so a second time; a turn ends with the conversation, also where nobody waits for that.
       */
      const handOver = <E>(mail: SendMailOptions, afterWaiting: Effect.Effect<void, E>) =>
        Effect.uninterruptibleMask((restore) =>
          Effect.gen(function*() {
            if (!(yield* turn.takeIfAvailable(1))) {
              yield* restore(turn.take(1))
              yield* Effect.onError(restore(afterWaiting), () => turn.release(1))
            }
            const conversation = yield* Effect.tryPromise({
              try: () => transport.sendMail(mail),
              catch: failureOf
            }).pipe(Effect.ensuring(turn.release(1)), Effect.forkDetach)
            return yield* restore(Fiber.join(conversation).pipe(inTime("The mail server", conversationLimit)))
          })
        )

      return MailTransport.of({
        send: <E = never>({ to, ...mail }: OutgoingMail, afterWaiting: Effect.Effect<void, E> = Effect.void) =>
          Effect.map(
            handOver({ ...mail, to: { name: "", address: to } }, afterWaiting),
            ({ response }) => response
          ),
        verify: Effect.tryPromise({ try: () => transport.verify(), catch: failureOf }).pipe(Effect.asVoid)
      })
    })
  )
