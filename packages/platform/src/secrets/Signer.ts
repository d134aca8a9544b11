import { Clock, Context, Duration, Effect, Layer, type Redacted, Schema } from "effect"
import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto"
import { deriveKey } from "./SecretBox.ts"

/** The token was signed here and its time is over. */
export class TokenExpired extends Schema.TaggedError<TokenExpired>()("TokenExpired", {}) {}

/** The token was not signed here, or not for this purpose. */
export class TokenInvalid extends Schema.TaggedError<TokenInvalid>()("TokenInvalid", {}) {}

/** Signs short texts that travel through other hands, such as the links of a page (HMAC-SHA-256). */
export class Signer extends Context.Service<Signer, {
  /** A token for URLs that carries `text` readably and cannot be changed; it ends after `lifetime`. */
  readonly sign: (purpose: string, text: string, lifetime: Duration.Duration) => Effect.Effect<string>
  readonly verify: (purpose: string, token: string) => Effect.Effect<string, TokenExpired | TokenInvalid>
}>()("platform/Signer") {
  static readonly layer = (options: { readonly secret: Redacted.Redacted<string> }) =>
    Layer.sync(Signer, () => {
      const key = createSecretKey(deriveKey(options.secret, "signer"))
      const mac = (purpose: string, expires: string, body: string) =>
        createHmac("sha256", key).update(`${purpose}\n${expires}\n${body}`).digest("base64url")

      const sign = Effect.fnUntraced(function*(purpose: string, text: string, lifetime: Duration.Duration) {
        const expires = ((yield* Clock.currentTimeMillis) + Duration.toMillis(lifetime)).toString(36)
        const body = Buffer.from(text).toString("base64url")
        return [body, expires, mac(purpose, expires, body)].join(".")
      })

      const verify = Effect.fnUntraced(function*(purpose: string, token: string) {
        const [body = "", expires = ""] = token.split(".", 2)
        // Compared as text: base64url has several spellings of the same bytes, and only one of them was signed.
        const given = Buffer.from(token)
        const expected = Buffer.from([body, expires, mac(purpose, expires, body)].join("."))
        if (given.length !== expected.length || !timingSafeEqual(given, expected)) return yield* new TokenInvalid()
        if (Number.parseInt(expires, 36) <= (yield* Clock.currentTimeMillis)) return yield* new TokenExpired()
        return Buffer.from(body, "base64url").toString("utf8")
      })
      return Signer.of({ sign, verify })
    })
}
