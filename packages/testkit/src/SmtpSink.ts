import { Context, Effect, Layer, Queue, Ref } from "effect"
import type { AddressInfo, Socket } from "node:net"
import PostalMime, { type Email } from "postal-mime"
import { SMTPServer } from "smtp-server"

/** One mail as it was taken from the sender. */
export interface TakenMail {
  readonly from: string
  readonly to: ReadonlyArray<string>
  /** What was in it (RFC 5322, MIME). */
  readonly content: Email
}

/**
 * What the mail server does with the next mails: takes them, refuses the login, the sender, the recipient or the message with a
 * reply code (RFC 5321: 4xx for now, 5xx for good) and a text, closes the connection without an answer, before or after it has
 * taken the mail, or does not answer until it is to do something else: it hangs up then, or answers that it has taken the mail.
 */
export type SmtpBehaviour =
  | { readonly _tag: "Accept" }
  | {
    readonly _tag: "Reject"
    readonly code: number
    readonly at: "login" | "sender" | "recipient" | "message"
    readonly text?: string
  }
  | { readonly _tag: "Drop"; readonly taken: boolean }
  | { readonly _tag: "Hang" }
  | { readonly _tag: "TakeLate" }

/** A real SMTP server on a free port of this machine, for tests of what sends mail. */
export class SmtpSink extends Context.Service<SmtpSink, {
  /** For `SMTP_URL`. */
  readonly url: string
  /** Every mail taken so far, in order. */
  readonly mails: Effect.Effect<ReadonlyArray<TakenMail>>
  /** Waits for the next mail that no `next` has given yet. */
  readonly next: Effect.Effect<TakenMail>
  /** How often a sender got as far as the message, taken or not. */
  readonly attempts: Effect.Effect<number>
  readonly behave: (behaviour: SmtpBehaviour) => Effect.Effect<void>
}>()("testkit/SmtpSink") {
  static readonly layer = Layer.effect(SmtpSink, Effect.suspend(() => make))
}

const make = Effect.gen(function*() {
  const behaviour = yield* Ref.make<SmtpBehaviour>({ _tag: "Accept" })
  const mails = yield* Ref.make<ReadonlyArray<TakenMail>>([])
  const attempts = yield* Ref.make(0)
  const fresh = yield* Queue.unbounded<TakenMail>()
  const run = Effect.runForkWith(yield* Effect.context())
  const sockets = new Map<number, Socket>()
  const hung = new Set<number>()
  const late = new Set<() => void>()
  const drop = (port: number) => Effect.sync(() => sockets.get(port)?.destroy())

  const unlessRefused = (
    at: Extract<SmtpBehaviour, { readonly _tag: "Reject" }>["at"],
    accept: () => void,
    refuse: (error: Error) => void
  ) =>
    run(Effect.map(
      Ref.get(behaviour),
      (now) => now._tag === "Reject" && now.at === at ? refuse(refusal(now)) : accept()
    ))

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    closeTimeout: 50,
    onAuth: (auth, _session, answer) => unlessRefused("login", () => answer(null, { user: auth.username }), answer),
    onMailFrom: (_address, _session, answer) => unlessRefused("sender", () => answer(), answer),
    onRcptTo: (_address, _session, answer) => unlessRefused("recipient", () => answer(), answer),
    onData: (stream, { envelope, remotePort }, answer) => {
      const chunks: Array<Buffer> = []
      stream.on("data", (chunk: Buffer) => chunks.push(chunk))
      stream.on("end", () =>
        run(Effect.gen(function*() {
          yield* Ref.update(attempts, (count) => count + 1)
          const now = yield* Ref.get(behaviour)
          if (now._tag === "Hang") return void hung.add(remotePort)
          if (now._tag === "Reject") return answer(refusal(now))
          if (now._tag === "Drop" && !now.taken) return yield* drop(remotePort)
          const mail: TakenMail = {
            from: envelope.mailFrom === false ? "" : envelope.mailFrom.address,
            to: envelope.rcptTo.map(({ address }) => address),
            content: yield* Effect.promise(() => PostalMime.parse(Buffer.concat(chunks)))
          }
          yield* Ref.update(mails, (all) => [...all, mail])
          yield* Queue.offer(fresh, mail)
          if (now._tag === "Drop") return yield* drop(remotePort)
          if (now._tag === "TakeLate") return void late.add(answer)
          answer()
        })))
    }
  })
  // A sender that hangs up, or that we hang up on, is part of the tests.
  server.on("error", () => {})
  server.server.on("connection", (socket: Socket) => {
    if (socket.remotePort !== undefined) sockets.set(socket.remotePort, socket)
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () => Effect.callback<void>((resume) => server.close(() => resume(Effect.void)))
  )
  const { port } = server.server.address() as AddressInfo
  return SmtpSink.of({
    url: `smtp://127.0.0.1:${port}`,
    mails: Ref.get(mails),
    next: Queue.take(fresh),
    attempts: Ref.get(attempts),
    behave: Effect.fnUntraced(function*(next) {
      yield* Ref.set(behaviour, next)
      yield* Effect.forEach(hung, drop, { discard: true })
      hung.clear()
      late.forEach((answer) => answer())
      late.clear()
    })
  })
})

const refusal = ({ code, text = "Refused by the test" }: Extract<SmtpBehaviour, { readonly _tag: "Reject" }>) =>
  Object.assign(new Error(text), { responseCode: code })
