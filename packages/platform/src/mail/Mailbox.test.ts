import { NodeHttpServer } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema } from "effect"
import { HttpRouter } from "effect/http"
import { apiLayer, call, httpLayer, signedIn } from "../Http.fixture.ts"
import { platformLayer, twoTenants } from "../Platform.fixture.ts"
import { MailCatcher } from "./MailCatcher.ts"
import { Mailer } from "./Mailer.ts"

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

const sender = Layer.unwrap(
  Effect.map(MailCatcher, ({ url }) => Mailer.layer({ url: Redacted.make(url), from: "Innkeeper <bell@example.com>" }))
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
