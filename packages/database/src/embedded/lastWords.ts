import { Effect, FileSystem, Option, Path, Stream } from "effect"
import type { Postmaster } from "./Postmaster.ts"

/** How much of the end of a log is read, in bytes. */
const tail = 64 * 1024

/** What the server says of every session that it ends or refuses: true, and not the reason. */
const ofSessions = /terminating connection|database system is/

/** Why the server ended or did not start: the last that it calls fatal, in its log or in what it said before it had one. */
export const lastWords = Effect.fnUntraced(function*({ folder }: Postmaster) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const logs = yield* fs.readDirectory(path.join(folder, "log"))
  const files = yield* Effect.forEach(
    [
      path.join(folder, "start.log"),
      ...logs.map((name) => path.join(folder, "log", name))
    ],
    (file) =>
      Effect.map(
        fs.stat(file),
        ({ mtime, size }) => ({ file, size: Number(size), at: Option.getOrThrow(mtime).getTime() })
      )
  )
  for (const { file, size } of files.toSorted((a, b) => b.at - a.at)) {
    const end = fs.stream(file, { offset: Math.max(0, size - tail) })
    const words = (yield* Stream.mkString(Stream.decodeText(end))).split("\n")
      .flatMap((line) => /(?:FATAL|PANIC): +(.+)/.exec(line)?.slice(1) ?? [])
      .findLast((words) => !ofSessions.test(words))
    if (words !== undefined) return words
  }
  return undefined
}, Effect.orElseSucceed(() => undefined))
