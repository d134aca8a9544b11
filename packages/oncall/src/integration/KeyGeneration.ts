import { SecureRandom } from "effect/crypto"
import { createHash } from "node:crypto"
import { IntegrationKey } from "./Integration.ts"

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"

/** The largest multiple of 36 that a byte can hold; bytes from it on would favour the first letters. */
const fair = 252

/** The letters that bytes stand for, without those that would not be fair. */
export const lettersOf = (bytes: Uint8Array): string =>
  Array.from(bytes).filter((byte) => byte < fair).map((byte) => alphabet[byte % 36]).join("")

/** A new key of 165 random bits. */
export const makeKey = (): typeof IntegrationKey.Type => {
  let letters = ""
  while (letters.length < 32) letters += lettersOf(SecureRandom.randomBytesUnsafe(64))
  return IntegrationKey.make(letters.slice(0, 32))
}

/** SHA-256 of a key, by which it is found. A random key of this length needs no slow hash. */
export const hashOf = (key: string): Uint8Array => createHash("sha256").update(key).digest()
