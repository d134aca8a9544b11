import { createHash } from "node:crypto"
import type { DedupKey } from "../alert/Alert.ts"

const longest = 255

/** The dedup key that a sender's own key stands for. Of one that is too long the last characters become a hash of the whole. */
export const dedupKeyOf = (key: string): typeof DedupKey.Type => {
  if (key.length <= longest) return key
  const hash = createHash("sha256").update(key).digest("hex")
  return `${key.slice(0, longest - hash.length - 1).toWellFormed()}~${hash}`
}
