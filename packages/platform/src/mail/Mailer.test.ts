import { assert, layer } from "@effect/vitest"
import { TenantId } from "@innkeeper/config"
import { SmtpSink } from "@innkeeper/testkit"
import { Effect, Fiber, Layer, Redacted, Result, Schedule } from "effect"
import { Mailer } from "./Mailer.ts"
import { smtpTransport } from "./smtpTransport.ts"

const mail = {
  tenantId: TenantId.make("00000000-0000-4000-8000-000000000001"),
  to: "ada@example.com",
  subject: "Disk full – größer",
  text: "Grüße, 世界\n.\nend",
  messageId: "<page-1@innkeeper.example.com>",
  headers: { "X-Incident": "1" }
}

/** A mailer and the server that it sends to, which is asked to let it in where `login` says so. */
const mailerWith = ({ login }: { readonly login: string }) =>
  Mailer.layer({ from: "Innkeeper <bell@example.com>", replyTo: "ops@example.com" }).pipe(
    Layer.provide(
      Layer.unwrap(
        Effect.map(SmtpSink, ({ url }) => smtpTransport({ url: Redacted.make(url.replace("//", `//${login}`)) }))
      )
    ),
    Layer.provideMerge(SmtpSink.layer)
  )

layer(mailerWith({ login: "" }), { excludeTestServices: true })("Mailer", (it) => {
  it.effect("hands a mail over as it is and returns the server's answer", () =>
    Effect.gen(function*() {
      const { answer } = yield* (yield* Mailer).send(mail)
      assert.match(answer, /^250/)
      const { content, from, to } = yield* (yield* SmtpSink).next
      assert.deepStrictEqual([from, to, content.messageId], ["bell@example.com", ["ada@example.com"], mail.messageId])
      assert.deepStrictEqual([content.subject, content.text?.trim()], [mail.subject, mail.text])
      assert.strictEqual(content.replyTo?.[0]?.address, "ops@example.com")
      const header = (name: string) => content.headers.find(({ key }) => key === name)?.value
      assert.deepStrictEqual([header("x-incident"), header("x-innkeeper-tenant")], ["1", mail.tenantId])
    }))

  it.effect("sends to one address and makes no header of what a person wrote", () =>
    Effect.gen(function*() {
      const sink = yield* SmtpSink
      yield* (yield* Mailer).send({ ...mail, subject: "Hello\r\nBcc: eve@example.com\r\n\r\nbody" })
      const { content, to } = (yield* sink.mails).at(-1)!
      assert.deepStrictEqual(to, ["ada@example.com"])
      assert.isUndefined(content.headers.find(({ key }) => key === "bcc"))
    }))

  it.effect("tells a refusal for good from one for now and from a server that hangs up", () =>
    Effect.gen(function*() {
      const sink = yield* SmtpSink
      const failure = Effect.map(
        Effect.flip((yield* Mailer).send(mail)),
        ({ _tag, answer }) => [_tag, /Refused by the test/.test(answer)]
      )
      for (const at of ["recipient", "message"] as const) {
        yield* sink.behave({ _tag: "Reject", code: 550, at })
        assert.deepStrictEqual(yield* failure, ["MailRefused", true])
        yield* sink.behave({ _tag: "Reject", code: 451, at })
        assert.deepStrictEqual(yield* failure, ["MailDelayed", true])
      }
      yield* sink.behave({ _tag: "Drop", taken: false })
      assert.deepStrictEqual(yield* failure, ["MailDelayed", false])
      yield* sink.behave({ _tag: "Accept" })
      yield* (yield* Mailer).send(mail)
    }))

  it.effect("takes a refusal of who sends for a delay, and one of the recipient for final", () =>
    Effect.gen(function*() {
      const sink = yield* SmtpSink
      const outcome = Effect.fnUntraced(function*(code: number, text: string) {
        yield* sink.behave({ _tag: "Reject", code, at: "recipient", text })
        return (yield* Effect.flip((yield* Mailer).send(mail)))._tag
      })
      assert.strictEqual(yield* outcome(550, "5.7.1 Relaying denied"), "MailDelayed")
      assert.strictEqual(yield* outcome(554, "Email address is not verified: bell@example.com"), "MailDelayed")
      assert.strictEqual(yield* outcome(550, "5.1.1 The mailbox is not verified"), "MailRefused")
      assert.strictEqual(yield* outcome(554, "5.6.0 Not 5.7.1"), "MailRefused")
      yield* sink.behave({ _tag: "Accept" })
    }))

  it.effect("asks whether a mail is still to be sent that had to wait for its turn, and no other", () =>
    Effect.gen(function*() {
      const { send } = yield* Mailer
      const sink = yield* SmtpSink
      const [before, tried] = [(yield* sink.mails).length, yield* sink.attempts]
      const asked: Array<string> = []
      const sending = (messageId: string, answer: Effect.Effect<void, "not any more">) =>
        Effect.result(send({ ...mail, messageId }, Effect.andThen(Effect.sync(() => asked.push(messageId)), answer)))
      yield* sink.behave({ _tag: "Hang" })
      const first = yield* Effect.forkChild(
        Effect.replicateEffect(sending("<first@example.com>", Effect.fail("not any more")), 10, {
          concurrency: "unbounded"
        })
      )
      yield* Effect.repeat(sink.attempts, {
        until: (attempts) => attempts === tried + 10,
        schedule: Schedule.spaced("10 millis")
      })
      assert.deepStrictEqual(asked, [])
      const waiting = yield* Effect.all([
        // As many as there are turns, of which none may be lost.
        Effect.replicateEffect(sending("<unwanted@example.com>", Effect.fail("not any more")), 10, {
          concurrency: "unbounded"
        }),
        sending("<wanted@example.com>", Effect.void)
      ], { concurrency: "unbounded" }).pipe(Effect.forkChild({ startImmediately: true }))
      yield* sink.behave({ _tag: "Accept" })
      const [unwanted, wanted] = yield* Fiber.join(waiting)
      assert.deepStrictEqual(unwanted, unwanted.map(() => Result.fail("not any more")))
      assert.isTrue(Result.isSuccess(wanted))
      assert.deepStrictEqual(asked, [...unwanted.map(() => "<unwanted@example.com>"), "<wanted@example.com>"])
      assert.isTrue((yield* Fiber.join(first)).every(Result.isFailure))
      const sent = (yield* sink.mails).slice(before)
      assert.deepStrictEqual(sent.map(({ content }) => content.messageId), ["<wanted@example.com>"])
    }))

  it.effect("sends no mail that nobody waits for any more", () =>
    Effect.gen(function*() {
      const { send } = yield* Mailer
      const sink = yield* SmtpSink
      const before = yield* sink.attempts
      yield* sink.behave({ _tag: "Hang" })
      const waiting = yield* Effect.forkChild(Effect.replicateEffect(send(mail), 15, { concurrency: "unbounded" }))
      yield* Effect.repeat(sink.attempts, {
        until: (attempts) => attempts === before + 10,
        schedule: Schedule.spaced("10 millis")
      })
      yield* Fiber.interrupt(waiting)
      const taken = (yield* sink.mails).length
      yield* sink.behave({ _tag: "Accept" })
      yield* send({ ...mail, messageId: "<page-2@innkeeper.example.com>" })
      yield* send({ ...mail, messageId: "<page-3@innkeeper.example.com>" })
      assert.deepStrictEqual((yield* sink.mails).slice(taken).map(({ content }) => content.messageId), [
        "<page-2@innkeeper.example.com>",
        "<page-3@innkeeper.example.com>"
      ])
    }))
})

layer(mailerWith({ login: "bell:secret@" }))("a mail server that wants a login", (it) => {
  it.effect("refuses it, or the sender, and not the mail: that may pass", () =>
    Effect.gen(function*() {
      const { behave } = yield* SmtpSink
      const answer = Effect.map(
        Effect.flip((yield* Mailer).send(mail)),
        (error) => [error._tag, error._tag === "MailDelayed" && error.away]
      )
      yield* behave({ _tag: "Reject", code: 535, at: "login" })
      assert.deepStrictEqual(yield* answer, ["MailDelayed", true])
      yield* behave({ _tag: "Reject", code: 550, at: "sender" })
      assert.deepStrictEqual(yield* answer, ["MailDelayed", false])
    }))
})

const nobody = Mailer.layer({ from: "bell@example.com" }).pipe(
  Layer.provide(smtpTransport({ url: Redacted.make("smtp://127.0.0.1:1") }))
)

layer(nobody)("a mail server that is away", (it) => {
  it.effect("is a delay", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip((yield* Mailer).send(mail))
      assert.strictEqual(error._tag, "MailDelayed")
    }))
})
