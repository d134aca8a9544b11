import { Context, Effect, Layer, Redacted, Schema } from "effect"
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto"

/** A sealed text is damaged, was sealed with another secret, or for another purpose. */
export class SealBroken extends Schema.TaggedError<SealBroken>()("SealBroken", {}) {}

const version = "v1"

/** The key that the installation's secret gives for one use (HKDF-SHA-256, RFC 5869). */
export const deriveKey = (secret: Redacted.Redacted<string>, use: string) =>
  Buffer.from(hkdfSync("sha256", Redacted.value(secret), "innkeeper", use, 32))

/** Seals secrets that have to be read again, such as keys that are shown and keys that sign (AES-256-GCM). */
export class SecretBox extends Context.Service<SecretBox, {
  /** `purpose` is part of the seal: what was sealed for one opens for no other. */
  readonly seal: (purpose: string, text: Redacted.Redacted<string>) => Effect.Effect<string>
  readonly open: (purpose: string, sealed: string) => Effect.Effect<Redacted.Redacted<string>, SealBroken>
}>()("platform/SecretBox") {
  /** `secret` is the installation's, of at least 32 characters. */
  static readonly layer = (options: { readonly secret: Redacted.Redacted<string> }) =>
    Layer.sync(SecretBox, () => makeSecretBox(options.secret))
}

/** A box of one secret of at least 32 characters. */
export const makeSecretBox = (secret: Redacted.Redacted<string>) => {
  const key = deriveKey(secret, "secret-box")
  const seal = (purpose: string, text: Redacted.Redacted<string>) =>
    Effect.sync(() => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(purpose))
      const body = Buffer.concat([cipher.update(Redacted.value(text), "utf8"), cipher.final()])
      return [version, Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url")].join(".")
    })
  const open = (purpose: string, sealed: string) =>
    Effect.try({
      try: () => {
        const [found, data = ""] = sealed.split(".")
        const bytes = Buffer.from(data, "base64url")
        if (found !== version || bytes.length < 28) throw new SealBroken()
        const cipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12))
          .setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(12, 28))
        return Redacted.make(Buffer.concat([cipher.update(bytes.subarray(28)), cipher.final()]).toString("utf8"))
      },
      catch: () => new SealBroken()
    })
  return SecretBox.of({ seal, open })
}
