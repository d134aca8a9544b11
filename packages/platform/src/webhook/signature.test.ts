import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Clock, Effect, Redacted, Schema } from "effect"
import { Webhook } from "standardwebhooks"
import { newSecret, signedHeaders } from "./signature.ts"

const text = Arbitrary.schema(Schema.String)
const verify = (secret: Redacted.Redacted<string>, body: string, headers: Record<string, string>) =>
  new Webhook(Redacted.value(secret)).verify(body, headers, { jsonParse: false })

const now = Effect.map(Clock.currentTimeMillis, (millis) => Math.floor(millis / 1000))

describe("signature", () => {
  it("is the one of the specification's example", () => {
    const headers = signedHeaders(
      { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1614265330, body: "{\"test\": 2432232314}" },
      [Redacted.make("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    )
    assert.deepStrictEqual(headers, {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    })
  })

  it.live.prop(
    "is taken by the reference library, for any body, from the present and from the old secret",
    [text],
    ([body]) =>
      Effect.gen(function*() {
        const [present, old, other] = [newSecret(), newSecret(), newSecret()]
        const headers = signedHeaders({ id: "msg_1", timestamp: yield* now, body: `{${body}` }, [present, old])
        verify(present, `{${body}`, headers)
        verify(old, `{${body}`, headers)
        assert.throws(() => verify(other, `{${body}`, headers))
        assert.throws(() => verify(present, `[${body}`, headers))
        assert.throws(() => verify(present, `{${body}`, { ...headers, "webhook-id": "msg_2" }))
      })
  )

  it("has a secret of its own each time, of the form that the specification asks for", () => {
    const [one, two] = [Redacted.value(newSecret()), Redacted.value(newSecret())]
    assert.match(one, /^whsec_[A-Za-z0-9+/]{43}=$/)
    assert.notStrictEqual(one, two)
  })
})
