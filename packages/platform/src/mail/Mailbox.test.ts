import { NodeHttpServer, NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { DateTime, Effect, FileSystem, Layer, Redacted, Schema } from "effect"
import { HttpRouter } from "effect/http"
import { join } from "node:path"
import { apiLayer, call, httpLayer, signedIn } from "../Http.fixture.ts"
import { platformLayer, twoTenants } from "../Platform.fixture.ts"
import { CaughtMail } from "./MailboxApi.ts"
import { MailCatcher } from "./MailCatcher.ts"
import { Mailer } from "./Mailer.ts"
import { fileShelf } from "./MailShelf.ts"
import { smtpTransport } from "./smtpTransport.ts"

const path = "/api/v1/mailbox"

const mail = (tenantId: Parameters<Mailer["Service"]["send"]>[0]["tenantId"], subject: string) => ({
  tenantId,
  to: "ada@example.com",
  subject,
  text: "Grüße, 世界",
  html: "<p>Grüße</p>",
  messageId: `<${subject.replace(/\W/g, "")}@innkeeper.example.com>`,
  headers: { "X-Priority": "1" }
})

const decodeMails = Schema.decodeUnknownSync(Schema.fromJsonString(
  Schema.Array(Schema.Struct({ id: Schema.String, subject: Schema.String, text: Schema.String, html: Schema.String }))
))

const sender = Mailer.layer({ from: "Innkeeper <bell@example.com>" }).pipe(
  Layer.provide(Layer.unwrap(Effect.map(MailCatcher, ({ url }) => smtpTransport({ url: Redacted.make(url) }))))
)

const withCatcher = HttpRouter.serve(apiLayer(), { disableLogger: true, disableListenLog: true }).pipe(
  Layer.provideMerge(NodeHttpServer.layerTest),
  Layer.provideMerge(sender),
  Layer.provideMerge(MailCatcher.layer),
  Layer.provideMerge(platformLayer)
)

layer(withCatcher)("the development mailbox", (it) => {
  it.effect("shows a tenant the mails that were sent for it, newest first, and no other's", () =>
    Effect.gen(function*() {
      const { send } = yield* Mailer
      const { acme, ada, bob, globex } = yield* twoTenants("mailbox")
      yield* send(mail(acme, "First – größer"))
      yield* send(mail(globex, "Another's"))
      yield* send(mail(acme, "Second"))
      const headers = yield* signedIn(ada)
      const mails = decodeMails((yield* call("GET", path, { headers })).text)
      assert.deepStrictEqual(mails.map(({ subject }) => subject), ["Second", "First – größer"])
      assert.deepStrictEqual([mails[0]!.text.trim(), mails[0]!.html.trim()], ["Grüße, 世界", "<p>Grüße</p>"])
      const one = `${path}/${mails[0]!.id}`
      assert.strictEqual((yield* call("GET", one, { headers })).json.subject, "Second")
      const others = yield* signedIn(bob)
      assert.deepStrictEqual(
        decodeMails((yield* call("GET", path, { headers: others })).text).map(({ subject }) => subject),
        ["Another's"]
      )
      assert.strictEqual((yield* call("GET", one, { headers: others })).problem, "not-found")
    }))

  it.effect("says to the web UI that it is there", () =>
    Effect.gen(function*() {
      const { ada } = yield* twoTenants("there")
      assert.strictEqual((yield* call("GET", "/api/v1/session", { headers: yield* signedIn(ada) })).json.mailbox, true)
    }))
})

layer(httpLayer)("an installation that sends mail", (it) => {
  it.effect("has no mailbox to look at", () =>
    Effect.gen(function*() {
      const headers = yield* signedIn((yield* twoTenants("none")).ada)
      for (const where of [path, `${path}/any`]) {
        assert.deepStrictEqual((yield* call("GET", where, { headers })).status, 404)
      }
    }))
})

layer(NodeServices.layer)("a mailbox in a file", (it) => {
  it.effect("is shared by processes, outlives them, and keeps the last 500", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = join(yield* fs.makeTempDirectoryScoped(), "mailbox.jsonl")
      const one = yield* fileShelf(file)
      const two = yield* fileShelf(file)
      const mailOf = (subject: string) =>
        new CaughtMail({
          id: subject,
          receivedAt: DateTime.makeUnsafe(0),
          from: "a@example.com",
          to: ["b@example.com"],
          subject,
          text: "Grüße\n",
          html: null,
          headers: [{ name: "x", value: "y" }]
        })
      yield* one.put({ tenantId: "acme", mail: mailOf("1") })
      yield* two.put({ tenantId: "globex", mail: mailOf("2") })
      assert.deepStrictEqual(yield* one.all, [
        { tenantId: "globex", mail: mailOf("2") },
        { tenantId: "acme", mail: mailOf("1") }
      ])
      const line = (yield* fs.readFileString(file)).split("\n")[0]!
      yield* fs.writeFileString(file, `${line}\n`.repeat(600), { flag: "a" })
      const later = yield* fileShelf(file)
      assert.lengthOf(yield* later.all, 500)
      assert.lengthOf((yield* fs.readFileString(file)).trim().split("\n"), 500)
      yield* fs.writeFileString(file, "half a li", { flag: "a" })
      assert.lengthOf(yield* later.all, 499)
      assert.strictEqual(Number((yield* fs.stat(file)).mode) & 0o777, 0o600)
    }).pipe(Effect.scoped))
})
