import { DateTime, Redacted } from "effect"
import { randomBytes } from "node:crypto"
import { Webhook } from "standardwebhooks"

/** A signing secret of 256 random bits, written as Standard Webhooks does: `whsec_` and base64. */
export const newSecret = () => Redacted.make(`whsec_${randomBytes(32).toString("base64")}`)

/** The message that is signed; `id` holds no full stop. */
export interface Signed {
  readonly id: string
  /** Seconds of Unix time. */
  readonly timestamp: number
  readonly body: string
}

const sign = ({ body, id, timestamp }: Signed) => {
  const at = DateTime.toDate(DateTime.makeUnsafe(timestamp * 1000))
  return (secret: Redacted.Redacted<string>) => new Webhook(Redacted.value(secret)).sign(id, at, body)
}

/** The headers of Standard Webhooks 1.0.0, with a signature by each of the secrets. */
export const signedHeaders = (message: Signed, secrets: ReadonlyArray<Redacted.Redacted<string>>) => ({
  "webhook-id": message.id,
  "webhook-timestamp": String(message.timestamp),
  "webhook-signature": secrets.map(sign(message)).join(" ")
})
