import { assert, layer } from "@effect/vitest"
import { TenantId } from "@innkeeper/config"
import { HttpSink } from "@innkeeper/testkit"
import { Effect, Layer, Redacted, Schema } from "effect"
import PostalMime from "postal-mime"
import { Mailer } from "./Mailer.ts"
import type { MailTransport } from "./MailTransport.ts"
import { postmarkTransport } from "./postmarkTransport.ts"
import { resendTransport } from "./resendTransport.ts"
import { sesTransport } from "./sesTransport.ts"

const mail = {
  tenantId: TenantId.make("00000000-0000-4000-8000-000000000001"),
  to: "ada@example.com",
  subject: "Disk full – größer",
  text: "Grüße, 世界",
  html: "<p>Grüße</p>",
  messageId: "<page-1@innkeeper.example.com>",
  headers: { "X-Incident": "1" }
}

const through = (transport: (url: string) => Layer.Layer<MailTransport>) =>
  Mailer.layer({ from: "Innkeeper <bell@example.com>", replyTo: "ops@example.com" }).pipe(
    Layer.provide(Layer.unwrap(Effect.map(HttpSink, ({ url }) => transport(url)))),
    Layer.provideMerge(HttpSink.layer)
  )

const answer = (status: number, body: unknown) => ({
  _tag: "Answer" as const,
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body)
})

/** What a mail comes to when the provider answers so. */
const outcome = Effect.fnUntraced(function*(status: number, body: unknown) {
  yield* (yield* HttpSink).behave(answer(status, body))
  return yield* (yield* Mailer).send(mail).pipe(
    Effect.match({ onFailure: ({ _tag }) => _tag, onSuccess: ({ answer }) => answer })
  )
})

const verified = Effect.fnUntraced(function*(status: number, body: unknown) {
  yield* (yield* HttpSink).behave(answer(status, body))
  return yield* Effect.map(Effect.result((yield* Mailer).verify), ({ _tag }) => _tag)
})

const decodeBody = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Json)))

const drops = Effect.gen(function*() {
  yield* (yield* HttpSink).behave({ _tag: "Drop" })
  assert.strictEqual((yield* Effect.flip((yield* Mailer).send(mail)))._tag, "MailDelayed")
})

layer(through((url) => resendTransport({ apiKey: Redacted.make("re_secret"), url })))("Resend", (it) => {
  it.effect("gets the mail as its API has it", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* outcome(200, { id: "49a3999c" }), "Resend: 49a3999c")
      const { body, headers, method, path } = yield* (yield* HttpSink).next
      assert.deepStrictEqual([method, path, headers.authorization], ["POST", "/emails", "Bearer re_secret"])
      assert.isUndefined(headers["traceparent"])
      assert.deepStrictEqual(decodeBody(body), {
        from: "Innkeeper <bell@example.com>",
        to: ["ada@example.com"],
        reply_to: "ops@example.com",
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        headers: { "X-Incident": "1", "X-Innkeeper-Tenant": mail.tenantId, "Message-ID": mail.messageId }
      })
    }))

  it.effect("tells a mail that it will never take from an account that is not let in", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* outcome(422, { name: "validation_error", message: "Invalid `to` field" }),
        "MailRefused"
      )
      assert.strictEqual(yield* outcome(400, { name: "validation_error" }), "MailRefused")
      assert.strictEqual(yield* outcome(400, { name: "invalid_api_key" }), "MailDelayed")
      assert.strictEqual(yield* outcome(401, { name: "missing_api_key" }), "MailDelayed")
      assert.strictEqual(yield* outcome(429, { name: "rate_limit_exceeded" }), "MailDelayed")
      assert.strictEqual(yield* outcome(500, "not JSON"), "MailDelayed")
      // Taken, whatever it says of it.
      assert.strictEqual(yield* outcome(200, {}), "Resend: taken")
      yield* drops
    }))

  it.effect("is there for a key that may send and no more", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* verified(200, { data: [] }), "Success")
      assert.strictEqual(yield* verified(401, { name: "restricted_api_key" }), "Success")
      assert.strictEqual(yield* verified(401, { name: "invalid_api_key" }), "Failure")
    }))
})

layer(through((url) => postmarkTransport({ serverToken: Redacted.make("secret-token"), url })))("Postmark", (it) => {
  it.effect("gets the mail as its API has it", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* outcome(200, { ErrorCode: 0, Message: "OK", MessageID: "b7bc2f4a" }),
        "Postmark: b7bc2f4a"
      )
      const { body, headers, method, path } = yield* (yield* HttpSink).next
      assert.deepStrictEqual([method, path, headers["x-postmark-server-token"]], ["POST", "/email", "secret-token"])
      const { Headers, ...sent } = decodeBody(body)
      assert.deepStrictEqual(sent, {
        From: "Innkeeper <bell@example.com>",
        To: "ada@example.com",
        ReplyTo: "ops@example.com",
        Subject: mail.subject,
        TextBody: mail.text,
        HtmlBody: mail.html,
        MessageStream: "outbound"
      })
      assert.deepInclude(Headers, { Name: "Message-ID", Value: mail.messageId })
      assert.deepInclude(Headers, { Name: "X-Incident", Value: "1" })
    }))

  it.effect("tells a mail that it will never take from an account that is not let in", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* outcome(422, { ErrorCode: 406, Message: "Inactive recipient" }), "MailRefused")
      assert.strictEqual(yield* outcome(422, { ErrorCode: 300, Message: "Invalid 'To'" }), "MailRefused")
      assert.strictEqual(yield* outcome(422, { ErrorCode: 405, Message: "Not allowed to send" }), "MailDelayed")
      assert.strictEqual(yield* outcome(401, { ErrorCode: 10, Message: "Bad token" }), "MailDelayed")
      assert.strictEqual(yield* outcome(503, "busy"), "MailDelayed")
      yield* drops
      assert.strictEqual(yield* verified(200, { ID: 1 }), "Success")
      assert.strictEqual(yield* verified(401, { ErrorCode: 10 }), "Failure")
    }))
})

const decodeRaw = Schema.decodeEffect(Schema.fromJsonString(Schema.Struct({
  Content: Schema.Struct({ Raw: Schema.Struct({ Data: Schema.String }) }),
  Destination: Schema.Struct({ ToAddresses: Schema.Array(Schema.String) })
})))

const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: Redacted.make("secret-key") }

layer(through((url) => sesTransport({ region: "eu-central-1", credentials, url })))("Amazon SES", (it) => {
  const error = (name: string, status: number, message = "no") =>
    Effect.gen(function*() {
      yield* (yield* HttpSink).behave({
        _tag: "Answer",
        status,
        headers: { "content-type": "application/json", "x-amzn-errortype": name },
        body: JSON.stringify({ message })
      })
    })

  it.effect("gets the mail whole, signed with the key of its region", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* outcome(200, { MessageId: "0107018e" }),
        "Amazon SES: <0107018e@eu-central-1.amazonses.com>"
      )
      const { body, headers, path } = yield* (yield* HttpSink).next
      assert.strictEqual(path, "/v2/email/outbound-emails")
      assert.match(headers.authorization!, /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-central-1\/ses\//)
      assert.notInclude(JSON.stringify(headers) + body, "secret-key")
      const { Content, Destination } = yield* decodeRaw(body)
      assert.deepStrictEqual(Destination.ToAddresses, ["ada@example.com"])
      const parsed = yield* Effect.promise(() => PostalMime.parse(Buffer.from(Content.Raw.Data, "base64")))
      assert.deepStrictEqual([parsed.subject, parsed.text?.trim(), parsed.from?.address], [
        mail.subject,
        mail.text,
        "bell@example.com"
      ])
      assert.deepStrictEqual(parsed.replyTo?.map(({ address }) => address), ["ops@example.com"])
    }))

  it.effect("tells a mail that it will never take from an account that is not let in", () =>
    Effect.gen(function*() {
      const { send, verify } = yield* Mailer
      const failure = Effect.map(Effect.flip(send(mail)), ({ _tag }) => _tag)
      yield* error("MessageRejected", 400)
      assert.strictEqual(yield* failure, "MailRefused")
      yield* error("MessageRejected", 400, "Email address is not verified: bell@example.com")
      assert.strictEqual(yield* failure, "MailDelayed")
      yield* error("TooManyRequestsException", 429)
      assert.strictEqual(yield* failure, "MailDelayed")
      yield* error("InvalidClientTokenId", 403)
      assert.strictEqual(yield* failure, "MailDelayed")
      assert.strictEqual((yield* Effect.flip(verify))._tag, "MailDelayed")
      yield* error("InvalidClientTokenId", 403, "AccessDeniedException")
      assert.strictEqual((yield* Effect.flip(verify))._tag, "MailDelayed")
      yield* error("AccessDeniedException", 403)
      yield* verify
      yield* drops
    }))
})
