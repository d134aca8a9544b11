import { Clock, Context, Effect, Layer } from "effect"
import type { AddressInfo } from "node:net"
import { SMTPServer } from "smtp-server"

/** A mail that was handed over. */
export interface Arrival {
  /** Milliseconds since 1970, when the last byte was here and nothing was answered yet. */
  readonly at: number
  readonly to: string
  readonly subject: string
  readonly messageId: string
}

/** A real SMTP server in this process, which takes every mail and remembers when it came. */
export class MailSink extends Context.Service<MailSink, {
  /** For `SMTP_URL`. */
  readonly url: string
  /** All mails so far, in order; grows while mails come. */
  readonly arrivals: ReadonlyArray<Arrival>
}>()("bench/MailSink") {
  static readonly layer = Layer.effect(MailSink, Effect.suspend(() => make))
}

const make = Effect.gen(function*() {
  const clock = yield* Clock.Clock
  const arrivals: Array<Arrival> = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    closeTimeout: 100,
    onData: (stream, { envelope }, answer) => {
      const chunks: Array<Buffer> = []
      stream.on("data", (chunk: Buffer) => chunks.push(chunk))
      stream.on("end", () => {
        const at = clock.currentTimeMillisUnsafe()
        const mail = Buffer.concat(chunks).toString("latin1")
        const head = mail.slice(0, mail.indexOf("\r\n\r\n"))
        arrivals.push({
          at,
          to: envelope.rcptTo[0]?.address ?? "",
          subject: header(head, "Subject"),
          messageId: header(head, "Message-ID")
        })
        answer()
      })
    }
  })
  // A server that is stopped while it sends hangs up.
  server.on("error", () => {})
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () => Effect.callback<void>((resume) => server.close(() => resume(Effect.void)))
  )
  const { port } = server.server.address() as AddressInfo
  return MailSink.of({ url: `smtp://127.0.0.1:${port}`, arrivals })
})

/** A header's value, unfolded (RFC 5322, section 2.2.3). */
const header = (head: string, name: string) =>
  new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, "mi").exec(head)?.[1]?.replace(/\r\n/g, "") ?? ""
