import { Redacted } from "effect"
import { deriveKey } from "../secrets/SecretBox.ts"

/**
 * The secret of one move, of 256 bits in base64url: it takes the place of both installations' secrets, of which neither leaves
 * its place. The installation that carries the operation out knows it at any time, and gives it to the other.
 */
export const moveKey = (secret: Redacted.Redacted<string>, operation: string) =>
  Redacted.make(deriveKey(secret, `tenant-move/${operation}`).toString("base64url"))

/** What the other place shows to be let in. */
export const moveToken = (key: Redacted.Redacted<string>) => deriveKey(key, "tenant-move-token").toString("base64url")
