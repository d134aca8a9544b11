import { Effect, FileSystem, Path } from "effect"

/**
 * Removes the lock files of a server that has ended and that its parent does not reap, as where this program is the first
 * process of a container. Its number is still taken, so that PostgreSQL's own programs hold it for a server that runs, and
 * start no other.
 */
export const removeUnreaped = Effect.fn("EmbeddedPostgres.removeUnreaped")(function*(data: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.join(data, "postmaster.pid")
  const [pid = "", , , port = "", socket = ""] = (yield* fs.readFileString(file)).split("\n")
  // proc_pid_stat(5): number, name in parentheses, state. Other systems than Linux have none.
  const stat = yield* fs.readFileString(`/proc/${Number.parseInt(pid)}/stat`)
  if (!/^\d+ \(.*\) Z /s.test(stat)) return
  yield* Effect.logWarning("PostgreSQL ended and was not reaped; its lock files are removed")
  yield* fs.remove(path.join(socket, `.s.PGSQL.${port}.lock`), { force: true })
  yield* fs.remove(file)
}, (effect) => Effect.ignore(effect))
