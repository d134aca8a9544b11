import { NodeFileSystem } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Page, WebhookDelivery, WebhookDeliveryDetail } from "@innkeeper/platform/api"
import { HttpSink, SmtpSink } from "@innkeeper/testkit"
import { Effect, Layer, Schema } from "effect"
import { eventually } from "./eventually.fixture.ts"
import { makeDataFolder } from "./process.fixture.ts"
import { startServer } from "./server.fixture.ts"
import { actingOn, makeTenant, type Tenant } from "./tenant.fixture.ts"

const Created = Schema.Struct({ endpoint: Schema.Struct({ id: Schema.String }) })
const decodeCreated = Schema.decodeUnknownSync(Created)

type Acting = Pick<Tenant, "act" | "read">

const deliveriesOf = ({ read }: Acting, webhook: string) =>
  Effect.map(read(`/api/v1/webhooks/${webhook}/deliveries`, Page(WebhookDelivery)), ({ items }) => items)

/** Sends a test; waits until its first attempt has failed. */
const failOnce = Effect.fnUntraced(function*(acting: Acting, webhook: string) {
  yield* acting.act("POST", `/api/v1/webhooks/${webhook}/test`)
  const [delivery] = yield* eventually(
    "the first attempt",
    deliveriesOf(acting, webhook),
    ([newest]) => newest?.state === "pending" && newest.attempts === 1
  )
  return delivery!
})

const secret = "a secret of at least thirty-two characters"

layer(Layer.mergeAll(HttpSink.layer, SmtpSink.layer, NodeFileSystem.layer), {
  excludeTestServices: true,
  timeout: "170 seconds"
})("Webhooks over restarts", (it) => {
  it.effect(
    "go on after a killed server, and reach nothing inside once the server is in production",
    () =>
      Effect.gen(function*() {
        const { behave, requests, url } = yield* HttpSink
        const smtp = yield* SmtpSink
        const dataFolder = yield* makeDataFolder
        yield* behave({ _tag: "Answer", status: 500 })

        const first = yield* startServer({ dataFolder, env: { INNKEEPER_SECRET: secret } })
        const tenant = yield* makeTenant(first, "restarted")
        const { endpoint: { id } } = decodeCreated(
          yield* tenant.act("POST", "/api/v1/webhooks", { url, description: "", eventTypes: [] })
        )
        const begun = yield* failOnce(tenant, id)
        yield* first.kill

        yield* behave({ _tag: "Answer", status: 200 })
        const second = yield* startServer({ dataFolder, env: { INNKEEPER_SECRET: secret } })
        const again = actingOn(second, tenant.admin)
        yield* eventually("it goes on", deliveriesOf(again, id), ([delivery]) => delivery?.state === "delivered")
        assert.deepStrictEqual((yield* requests).map(({ headers }) => headers["webhook-id"]), [begun.id, begun.id])

        yield* behave({ _tag: "Answer", status: 500 })
        const pending = yield* failOnce(again, id)
        yield* second.stop
        const seen = (yield* requests).length

        const production = yield* startServer({
          dataFolder,
          env: {
            INNKEEPER_ENV: "production",
            PUBLIC_URL: "http://innkeeper.example.com",
            INNKEEPER_SECRET: secret,
            INNKEEPER_ADMIN_TOKEN: "an admin token of at least thirty-two characters",
            SMTP_URL: smtp.url,
            EMAIL_FROM: "Innkeeper <bell@example.com>"
          }
        })
        const guarded = actingOn(production, tenant.admin)
        const { attempts } = yield* eventually(
          "the second attempt",
          guarded.read(`/api/v1/webhooks/${id}/deliveries/${pending.id}`, WebhookDeliveryDetail),
          ({ attempts }) => attempts.length > 1
        )
        assert.deepStrictEqual(
          [attempts[1]!.status, attempts[1]!.answer],
          [null, "The address is not on the public Internet"]
        )
        assert.lengthOf(yield* requests, seen)
        for (const address of [url, url.replace("http:", "https:"), "https://localhost/", "https://169.254.169.254/"]) {
          const refused = yield* production.call("POST", "/api/v1/webhooks", {
            headers: tenant.admin,
            json: { url: address, description: "", eventTypes: [] }
          })
          assert.strictEqual(refused.status, 422, address)
        }
      }),
    170_000
  )
})
