import { assert, layer } from "@effect/vitest"
import { Context, Duration, Effect, Layer, Redacted, Schema } from "effect"
import { TestClock } from "effect/testing"
import { Signer } from "./Signer.ts"

const layerOf = (secret: string) => Signer.layer({ secret: Redacted.make(secret) })

/** What a token says: its text, or the name of the failure. */
const outcome = (verified: ReturnType<Signer["Service"]["verify"]>) =>
  Effect.match(verified, { onFailure: ({ _tag }) => _tag, onSuccess: (text) => text })

const invalid = "TokenInvalid"
const hour = Duration.hours(1)

layer(layerOf("0123456789abcdef0123456789abcdef"))("Signer", (it) => {
  it.effect.prop(
    "verifies what it signed, for the same purpose only",
    [Schema.String, Schema.String],
    ([text, purpose]) =>
      Effect.gen(function*() {
        const signer = yield* Signer
        const token = yield* signer.sign(purpose, text, hour)
        assert.match(token, /^[\w.-]+$/)
        assert.strictEqual(yield* outcome(signer.verify(purpose, token)), text.toWellFormed())
        assert.strictEqual(yield* outcome(signer.verify(`${purpose}.`, token)), invalid)
      })
  )

  it.effect("refuses a token of which any one character is another", () =>
    Effect.gen(function*() {
      const signer = yield* Signer
      const token = yield* signer.sign("page", "incident", hour)
      const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
      for (let at = 0; at < token.length; at++) {
        for (const character of characters) {
          const changed = token.slice(0, at) + character + token.slice(at + 1)
          if (changed !== token) assert.strictEqual(yield* outcome(signer.verify("page", changed)), invalid, changed)
        }
      }
    }))

  it.effect("refuses a token with something added, or of no form", () =>
    Effect.gen(function*() {
      const signer = yield* Signer
      const token = yield* signer.sign("page", "incident", hour)
      for (const other of [`${token}.`, `${token}A`, `${token}.more`, `.${token}`, ` ${token}`, "", "..", "a.b.c"]) {
        assert.strictEqual(yield* outcome(signer.verify("page", other)), invalid, other)
      }
    }))

  it.effect("refuses a token that another secret signed", () =>
    Effect.gen(function*() {
      const other = yield* Layer.build(layerOf("another secret of thirty-two characters"))
      const token = yield* Context.get(other, Signer).sign("page", "incident", hour)
      const signer = yield* Signer
      assert.strictEqual(yield* outcome(signer.verify("page", token)), invalid)
    }))

  it.effect("tells an expired token from an invalid one, from the moment its time is over", () =>
    Effect.gen(function*() {
      const signer = yield* Signer
      const token = yield* signer.sign("page", "incident", hour)
      yield* TestClock.adjust(Duration.subtract(hour, Duration.millis(1)))
      assert.strictEqual(yield* outcome(signer.verify("page", token)), "incident")
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* outcome(signer.verify("page", token)), "TokenExpired")
      assert.strictEqual(yield* outcome(signer.verify("other", token)), invalid)
    }))
})
