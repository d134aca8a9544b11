import { Effect, Number, Option, Schema } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"

/** `ps` knows no such process. */
export class NoSuchProcess extends Schema.TaggedError<NoSuchProcess>()("NoSuchProcess", { pid: Schema.Int }) {}

/** Resident memory of a process in bytes (`ps -o rss=` counts in KiB on Linux and macOS). */
export const residentBytes = Effect.fnUntraced(function*(pid: number) {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const text = yield* spawner.string(ChildProcess.make("ps", ["-o", "rss=", "-p", String(pid)]))
  return yield* Option.match(Number.parse(text.trim()), {
    onNone: () => Effect.fail(new NoSuchProcess({ pid })),
    onSome: (kibibytes) => Effect.succeed(kibibytes * 1024)
  })
})
