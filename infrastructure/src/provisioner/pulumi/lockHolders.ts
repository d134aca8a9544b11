import { Effect, FileSystem } from "effect"
import { hostname } from "node:os"

/** A process that holds a lock. */
export interface LockHolder {
  readonly host: string
  readonly pid: number
}

/** Who holds the locks that the CLI complains of: `…: created by USER@HOST (pid 123) at TIME`. */
export const lockHoldersIn = (complaint: string): ReadonlyArray<LockHolder> =>
  [...complaint.matchAll(/created by \S*@(\S+) \(pid (\d+)\)/g)].map(([, host = "", pid]) => ({
    host,
    pid: Number(pid)
  }))

/** Whether the holder is a process of Pulumi on this machine that still runs. Of other machines it is not known. */
export const isAtWork = Effect.fnUntraced(function*({ host, pid }: LockHolder) {
  const fs = yield* FileSystem.FileSystem
  if (host !== hostname()) return false
  const program = yield* Effect.orElseSucceed(fs.readFileString(`/proc/${pid}/comm`), () => "")
  return program.trim() === "pulumi"
})
