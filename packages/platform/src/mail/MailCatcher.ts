import { type TenantId } from "@innkeeper/config"
import { Context, DateTime, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import PostalMime from "postal-mime"
import { SMTPServer } from "smtp-server"
import { CaughtMail } from "./MailboxApi.ts"
import { tenantHeader } from "./Mailer.ts"
import { fileShelf, type MailShelf, memoryShelf } from "./MailShelf.ts"

/** A mail server on the loopback address that keeps the last 500 mails and sends none. Development only. */
export class MailCatcher extends Context.Service<MailCatcher, {
  /** Where to send: `smtp://127.0.0.1:PORT`. */
  readonly url: string
  /** Mails of a tenant, newest first. */
  readonly mails: (tenantId: TenantId) => Effect.Effect<ReadonlyArray<CaughtMail>>
}>()("platform/MailCatcher") {
  /** Keeps them in memory. */
  static readonly layer = Layer.effect(MailCatcher, Effect.flatMap(memoryShelf, (shelf) => make(shelf)))

  /** Keeps them in a file, which several processes can share. */
  static readonly layerFile = (file: string) =>
    Layer.effect(MailCatcher, Effect.flatMap(fileShelf(file), (shelf) => make(shelf)))
}

const make = (shelf: MailShelf) =>
  Effect.gen(function*() {
    const keep = Effect.fnUntraced(function*(raw: Buffer, to: ReadonlyArray<string>) {
      const parsed = yield* Effect.promise(() => PostalMime.parse(raw))
      const mail = new CaughtMail({
        id: SecureRandom.uuidV7Unsafe(),
        receivedAt: yield* DateTime.now,
        from: parsed.from?.address ?? "",
        to,
        subject: parsed.subject ?? "",
        text: parsed.text ?? null,
        html: parsed.html ?? null,
        headers: parsed.headers.map(({ key, value }) => ({ name: key, value }))
      })
      const tenantId = parsed.headers.find(({ key }) => key === tenantHeader.toLowerCase())?.value ?? ""
      yield* shelf.put({ tenantId, mail })
    })

    const run = yield* Effect.map(Effect.context<never>(), Effect.runForkWith)
    const server = yield* Effect.acquireRelease(
      Effect.callback<SMTPServer>((resume) => {
        const server = new SMTPServer({
          disabledCommands: ["STARTTLS", "AUTH"],
          size: 10 * 1024 * 1024,
          onData: (stream, session, done) => {
            const chunks: Array<Buffer> = []
            stream.on("data", (chunk: Buffer) => chunks.push(chunk))
            stream.on("end", () => {
              const to = session.envelope.rcptTo.map(({ address }) => address)
              run(Effect.andThen(keep(Buffer.concat(chunks), to), Effect.sync(() => done())))
            })
          }
        })
        // A client that drops its connection is no news.
        server.on("error", () => undefined)
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) => Effect.callback<void>((resume) => server.close(() => resume(Effect.void)))
    )
    const address = server.server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0

    return MailCatcher.of({
      url: `smtp://127.0.0.1:${port}`,
      mails: (tenantId) =>
        Effect.map(shelf.all, (mails) => mails.flatMap((one) => one.tenantId === tenantId ? [one.mail] : []))
    })
  })
