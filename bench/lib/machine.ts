import { Console, DateTime, Effect } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { cpus, loadavg, release, totalmem, type } from "node:os"
import { mebibytes } from "./table.ts"

/** The first line that a program prints, or that it is not here. */
export const said = Effect.fnUntraced(function*(program: string, ...args: ReadonlyArray<string>) {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const text = yield* spawner.string(ChildProcess.make(program, args), { includeStderr: true }).pipe(
    Effect.orElseSucceed(() => "not found")
  )
  return text.trim().split("\n")[0] ?? ""
})

/** Programs that ran or waited for a core in the last minute, on average. */
const load = () => loadavg()[0] ?? 0

/** Says that others use the machine, where they do: the numbers of such a run compare nothing. */
export const warnWhenBusy = Effect.suspend(() =>
  load() > cpus().length / 4
    ? Console.log(`This machine is busy (load ${load().toFixed(1)}): what is measured now is not for RESULTS.md.`)
    : Effect.void
)

/** What the numbers were measured on and of, as a Markdown list; `peers` are the versions of others by name. */
export const machine = Effect.fnUntraced(function*(postgres: string, peers: Readonly<Record<string, string>> = {}) {
  const [processor] = cpus()
  const facts = {
    Date: DateTime.formatIsoDateUtc(yield* DateTime.now),
    Machine: `${processor?.model ?? "unknown"}, ${cpus().length} cores, ${mebibytes(totalmem())}`,
    "Load before": load().toFixed(2),
    Kernel: `${type()} ${release()}`,
    "Node.js": process.version,
    PostgreSQL: `${postgres}, embedded`,
    ...peers,
    Innkeeper: yield* said("git", "describe", "--always", "--dirty", "--abbrev=12")
  }
  return Object.entries(facts).map(([name, value]) => `- ${name}: ${value}`).join("\n")
})
