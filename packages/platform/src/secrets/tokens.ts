import { createHash, randomBytes } from "node:crypto"

/** A secret of 256 random bits, for URLs and cookies. */
export const randomToken = () => randomBytes(32).toString("base64url")

/** What is stored of a random token: it has too many bits to be guessed, so a plain hash is enough. */
export const hashToken = (token: string): Uint8Array => createHash("sha256").update(token).digest()
