import { createHash } from "node:crypto"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"

const ignored = new Set(["node_modules", "dist"])

/** A hash of files, and of all files in folders, by name and content. Tests count for nothing. */
export const fingerprint = (...paths) => {
  const hash = createHash("sha256")
  const add = (path) => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) {
        if (!ignored.has(name) && !/\.test\.tsx?$/.test(name)) add(join(path, name))
      }
    } else {
      hash.update(path).update("\0").update(readFileSync(path)).update("\0")
    }
  }
  paths.forEach(add)
  return hash.digest("hex")
}
