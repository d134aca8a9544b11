import { Effect, FileSystem } from "effect"
import type { Account } from "./Command.ts"
import { EmbeddedPostgresUnavailable } from "./Problems.ts"

/** True when this process may act as any user. */
export const isRoot = process.getuid?.() === 0

/**
 * The user that PostgreSQL runs as, since it refuses to run as root: `postgres` where the machine has one, else
 * `nobody`. Undefined means the user of this process.
 */
export const serverAccount = Effect.gen(function*() {
  if (!isRoot) return undefined
  const fs = yield* FileSystem.FileSystem
  const users = parsePasswd(yield* Effect.orDie(fs.readFileString("/etc/passwd")))
  const account = users.get("postgres") ?? users.get("nobody")
  if (account === undefined) {
    return yield* new EmbeddedPostgresUnavailable({
      reason: "PostgreSQL does not run as root, and this machine has no user named postgres or nobody to run it as."
    })
  }
  return account
})

/** Users by name, from the text of `/etc/passwd` (passwd(5)). */
export const parsePasswd = (text: string): ReadonlyMap<string, Account> =>
  new Map(
    text.split("\n").flatMap((line) => {
      const [name, , uid, gid] = line.split(":")
      return name && uid && gid ? [[name, { uid: Number(uid), gid: Number(gid) }] as const] : []
    })
  )
