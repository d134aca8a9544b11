import { Effect, FileSystem, Path } from "effect"
import { isZombie } from "./isZombie.ts"
import { readPidFile } from "./PidFile.ts"

/**
 * Removes the lock files of a server that has ended and that its parent does not reap, as where this program is the first
 * process of a container. Its number is still taken, so that PostgreSQL's own programs hold it for a server that runs, and
 * start no other.
 */
export const removeUnreaped = Effect.fn("EmbeddedPostgres.removeUnreaped")(function*(data: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const { file, pid, port, socket } = yield* readPidFile(data)
  if (!isZombie(pid)) return
  yield* Effect.logWarning("PostgreSQL ended and was not reaped; its lock files are removed")
  yield* fs.remove(path.join(socket, `.s.PGSQL.${port}.lock`), { force: true })
  yield* fs.remove(file)
}, (effect) => Effect.ignore(effect))
