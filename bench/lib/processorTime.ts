import { Effect, FileSystem } from "effect"

/** Milliseconds of processor time that this process has taken. */
export const ownProcessorMillis = Effect.sync(() => {
  const { system, user } = process.cpuUsage()
  return (system + user) / 1000
})

/** Linux counts processor time in hundredths of a second, whatever its kernel's own tick. */
const millisOfTick = 10

/**
 * Milliseconds of processor time that a program and its children have taken, those of children that have ended among them;
 * `undefined` where there is no `/proc`.
 */
export const familyProcessorMillis = Effect.fnUntraced(function*(pid: string) {
  const fs = yield* FileSystem.FileSystem
  /** proc_pid_stat(5): after the name in parentheses, field 14 is utime, then stime, cutime, cstime. */
  const ticks = (pid: string, fields: number) =>
    Effect.map(
      fs.readFileString(`/proc/${pid}/stat`),
      (text) =>
        text.slice(text.lastIndexOf(")") + 2).split(" ").slice(11, 11 + fields).reduce(
          (sum, tick) => sum + Number(tick),
          0
        )
    )
  const children = (yield* fs.readFileString(`/proc/${pid}/task/${pid}/children`)).split(" ").filter((child) =>
    child !== ""
  )
  const own = yield* ticks(pid, 4)
  // A child that ends now is counted next time, among those of its parent.
  const theirs = yield* Effect.forEach(children, (child) => Effect.orElseSucceed(ticks(child, 2), () => 0))
  return theirs.reduce((sum, ticks) => sum + ticks, own) * millisOfTick
}, Effect.orElseSucceed(() => undefined))
