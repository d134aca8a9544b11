import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer, Redacted, Schema } from "effect"
import { SecretBox } from "./SecretBox.ts"

const layerOf = (secret: string) => SecretBox.layer({ secret: Redacted.make(secret) })

/** What opening a sealed text gives: the text, or the name of the failure. */
const outcome = (opened: ReturnType<SecretBox["Service"]["open"]>) =>
  Effect.match(opened, { onFailure: ({ _tag }) => _tag, onSuccess: Redacted.value })

const broken = "SealBroken"

layer(layerOf("0123456789abcdef0123456789abcdef"))("SecretBox", (it) => {
  it.effect.prop(
    "opens what it sealed, for the same purpose only",
    [Schema.String, Schema.String],
    ([text, purpose]) =>
      Effect.gen(function*() {
        const box = yield* SecretBox
        const sealed = yield* box.seal(purpose, Redacted.make(text))
        assert.strictEqual(yield* outcome(box.open(purpose, sealed)), text.toWellFormed())
        assert.strictEqual(yield* outcome(box.open(`${purpose}.`, sealed)), broken)
      })
  )

  it.effect.prop("opens nothing that was changed by one bit", [
    Schema.NonEmptyString,
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100_000 }))
  ], ([text, position]) =>
    Effect.gen(function*() {
      const box = yield* SecretBox
      const sealed = yield* box.seal("key", Redacted.make(text))
      const bytes = Buffer.from(sealed.slice("v1.".length), "base64url")
      const bit = position % (bytes.length * 8)
      bytes[bit >> 3] = bytes[bit >> 3]! ^ (1 << (bit & 7))
      assert.strictEqual(yield* outcome(box.open("key", `v1.${bytes.toString("base64url")}`)), broken)
    }))

  it.effect("opens nothing that is cut short, empty or of another version", () =>
    Effect.gen(function*() {
      const box = yield* SecretBox
      const sealed = yield* box.seal("key", Redacted.make("text"))
      for (const damaged of ["", "v1", "v1.", sealed.slice(0, 20), sealed.slice(0, -2), sealed.replace("v1", "v2")]) {
        assert.strictEqual(yield* outcome(box.open("key", damaged)), broken, damaged)
      }
    }))

  it.effect("opens nothing that was sealed with another secret", () =>
    Effect.gen(function*() {
      const other = yield* Layer.build(layerOf("another secret of thirty-two characters"))
      const sealed = yield* Context.get(other, SecretBox).seal("key", Redacted.make("text"))
      const box = yield* SecretBox
      assert.strictEqual(yield* outcome(box.open("key", sealed)), broken)
    }))

  it.effect("seals the same text differently each time", () =>
    Effect.gen(function*() {
      const box = yield* SecretBox
      const text = Redacted.make("text")
      assert.notStrictEqual(yield* box.seal("key", text), yield* box.seal("key", text))
    }))
})
