import { Effect, FileSystem, Path } from "effect"

/** What a server says of itself in the `postmaster.pid` of its data; it may have died since. */
export const readPidFile = Effect.fnUntraced(function*(data: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.join(data, "postmaster.pid")
  const [pid = "", , , port = "", socket = ""] = (yield* fs.readFileString(file)).split("\n")
  return { file, pid: Number.parseInt(pid), port, socket }
})
