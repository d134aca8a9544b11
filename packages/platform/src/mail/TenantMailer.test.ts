import { assert, layer } from "@effect/vitest"
import { makeTenant, SmtpSink, tenantInput } from "@innkeeper/testkit"
import { Effect } from "effect"
import { platformLayer } from "../Platform.fixture.ts"
import { TenantConfigs } from "../tenant/TenantConfigs.ts"
import { Mailer } from "./Mailer.ts"

/** A tenant whose mails are signed so; as the installation's if null. */
const makeSigned = Effect.fnUntraced(function*(slug: string, mail: Record<string, string> | null) {
  const id = yield* makeTenant(slug)
  if (mail !== null) {
    const config = tenantInput(3, { slug, domains: [], mail })
    yield* (yield* TenantConfigs).enter({ tenants: [{ file: slug, config }], dryRun: false, source: "database" })
  }
  return id
})

const sent = Effect.fnUntraced(
  function*(tenantId: Effect.Success<ReturnType<typeof makeTenant>>, parts: { readonly ofInstallation?: true } = {}) {
    yield* (yield* Mailer).send({
      tenantId,
      to: "ada@example.com",
      subject: "Hello",
      text: "Hello",
      messageId: `<${crypto.randomUUID()}@example.com>`,
      ...parts
    })
    const { content: { from, replyTo } } = yield* (yield* SmtpSink).next
    return { from: [from?.name, from?.address], replyTo: replyTo?.map(({ address }) => address) }
  }
)

layer(platformLayer)("mails of a tenant", (it) => {
  it.effect("are signed as it is configured, whatever its name is", () =>
    Effect.gen(function*() {
      const plain = yield* makeSigned("signed", { fromName: "Lakeside", fromAddress: "bell@lakeside.example" })
      assert.deepStrictEqual(yield* sent(plain), { from: ["Lakeside", "bell@lakeside.example"], replyTo: undefined })
      const name = `Zur "Post" \\ Söhne, <b@evil.example>`
      const odd = yield* makeSigned("odd", {
        fromName: name,
        fromAddress: "bell@post.example",
        replyTo: "desk@post.example"
      })
      assert.deepStrictEqual(yield* sent(odd), { from: [name, "bell@post.example"], replyTo: ["desk@post.example"] })
    }))

  it.effect("are signed by the installation where nothing is configured, and where they are its own", () =>
    Effect.gen(function*() {
      const installation = { from: ["Innkeeper", "bell@example.com"], replyTo: undefined }
      assert.deepStrictEqual(yield* sent(yield* makeSigned("unsigned", null)), installation)
      const signed = yield* makeSigned("audited", { fromName: "Lakeside", fromAddress: "bell@lakeside.example" })
      assert.deepStrictEqual(yield* sent(signed, { ofInstallation: true }), installation)
    }))
})
