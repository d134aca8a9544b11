import { DateTime, Effect } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { cpus, release, totalmem, type } from "node:os"
import { mebibytes } from "./table.ts"

/** The first line that a program prints, or that it is not here. */
const said = Effect.fnUntraced(function*(program: string, ...args: ReadonlyArray<string>) {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const text = yield* spawner.string(ChildProcess.make(program, args), { includeStderr: true }).pipe(
    Effect.orElseSucceed(() => "not found")
  )
  return text.trim().split("\n")[0] ?? ""
})

/** What the numbers were measured on and of, as a Markdown list. */
export const machine = Effect.fnUntraced(function*(postgres: string) {
  const [processor] = cpus()
  const facts = {
    Date: DateTime.formatIsoDateUtc(yield* DateTime.now),
    Machine: `${processor?.model ?? "unknown"}, ${cpus().length} cores, ${mebibytes(totalmem())}`,
    Kernel: `${type()} ${release()}`,
    "Node.js": process.version,
    PostgreSQL: `${postgres}, embedded`,
    Alertmanager: yield* said("prometheus-alertmanager", "--version"),
    Innkeeper: yield* said("git", "describe", "--always", "--dirty", "--abbrev=12")
  }
  return Object.entries(facts).map(([name, value]) => `- ${name}: ${value}`).join("\n")
})
