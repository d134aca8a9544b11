import { Effect } from "effect"
import { spawn } from "node:child_process"

/** A user of the operating system, by number. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

export interface Finished {
  /** Exit code; 127, as a shell has it, when the program could not be started. */
  readonly code: number
  /** What it printed, both streams, the last 4 000 characters. */
  readonly output: string
}

/**
 * Runs a program to its end, as another user where one is given: `ChildProcess` of effect cannot change user.
 *
 * The environment is empty but for the path, so that no `PG…` variable of the caller changes what PostgreSQL does, and
 * the working directory is the root, which every user can enter.
 */
export const run = (account: Account | undefined, program: string, ...args: ReadonlyArray<string>) =>
  Effect.callback<Finished>((resume) => {
    let output = ""
    const child = spawn(program, args, {
      ...account,
      cwd: "/",
      env: { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C" },
      stdio: ["ignore", "pipe", "pipe"]
    })
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000)
    }
    child.stdout.on("data", collect)
    child.stderr.on("data", collect)
    child.once("error", (error) => resume(Effect.succeed({ code: 127, output: error.message })))
    child.once("close", (code) => resume(Effect.succeed({ code: code ?? 1, output: output.trim() })))
    return Effect.sync(() => child.kill())
  })
