import * as pulumi from "@pulumi/pulumi"
import { hkdfSync } from "node:crypto"

/** Fewest characters of a secret that others are made of. */
const fewest = 32

/**
 * What a secret of the configuration, which is named `key` there, gives for one use (HKDF-SHA-256, RFC 5869): 43 letters,
 * digits, hyphens and underscores.
 *
 * Throws a sentence that names it when it is too short to make others of.
 */
export const derivedSecret = (
  { key, secret, use }: { readonly key: string; readonly secret: string; readonly use: string }
): string => {
  if (secret.length < fewest) {
    throw new pulumi.RunError(`The secret ${key} is too short: expected at least ${fewest} random characters`)
  }
  return Buffer.from(hkdfSync("sha256", secret, "innkeeper", use, 32)).toString("base64url")
}
