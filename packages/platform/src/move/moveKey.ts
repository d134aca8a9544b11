import { Context, Layer, Redacted } from "effect"
import { deriveKey } from "../secrets/SecretBox.ts"

/**
 * The secret of one move, of 256 bits in base64url: it takes the place of both installations' secrets, of which neither leaves
 * its place.
 */
export const moveKey = (secret: Redacted.Redacted<string>, operation: string) =>
  Redacted.make(deriveKey(secret, `tenant-move/${operation}`).toString("base64url"))

/** What the other place shows to be let in. */
export const moveToken = (key: Redacted.Redacted<string>) => deriveKey(key, "tenant-move-token").toString("base64url")

/** The secrets of moves that this installation carries out. It knows them at any time and stores none. */
export class MoveKeys extends Context.Service<MoveKeys, {
  readonly of: (operation: string) => Redacted.Redacted<string>
}>()("platform/MoveKeys") {
  /** `secret` is the installation's. */
  static readonly layer = ({ secret }: { readonly secret: Redacted.Redacted<string> }) =>
    Layer.succeed(MoveKeys, { of: (operation) => moveKey(secret, operation) })
}
