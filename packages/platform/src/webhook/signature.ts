import { Redacted } from "effect"
import { createHmac, randomBytes } from "node:crypto"

const prefix = "whsec_"

/** A signing secret of 256 random bits, written as Standard Webhooks does: `whsec_` and base64. */
export const newSecret = () => Redacted.make(`${prefix}${randomBytes(32).toString("base64")}`)

/** The message that is signed; `id` holds no full stop. */
export interface Signed {
  readonly id: string
  /** Seconds of Unix time. */
  readonly timestamp: number
  readonly body: string
}

const sign = ({ body, id, timestamp }: Signed) => (secret: Redacted.Redacted<string>) =>
  `v1,${
    createHmac("sha256", Buffer.from(Redacted.value(secret).slice(prefix.length), "base64"))
      .update(`${id}.${timestamp}.${body}`)
      .digest("base64")
  }`

/** The headers of Standard Webhooks 1.0.0, with a signature by each of the secrets. */
export const signedHeaders = (message: Signed, secrets: ReadonlyArray<Redacted.Redacted<string>>) => ({
  "webhook-id": message.id,
  "webhook-timestamp": String(message.timestamp),
  "webhook-signature": secrets.map(sign(message)).join(" ")
})
