/** The server as a process of its own, as people start it. Tests only. */
import { isZombie } from "@innkeeper/database"
import { Deferred, Effect, FileSystem } from "effect"
import { spawn } from "node:child_process"
import { getCompileCacheDir } from "node:module"
import { homedir, tmpdir } from "node:os"
import { join } from "node:path"
import { programFolder } from "../Program.ts"

/** How a process ended: its code, or the signal that ended it. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A started process. */
export interface Launched {
  readonly pid: number
  /** Everything that it has printed, both streams. */
  readonly output: () => string
  /** Waits for its end. */
  readonly ended: Effect.Effect<Ended>
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
}

/** Where Node keeps what it has compiled, for all that are started; none if it is empty. */
const NODE_COMPILE_CACHE = getCompileCacheDir() ?? ""

/** Starts a program; it is killed with the scope if it has not ended by then. Nothing else of the environment is inherited. */
export const launch = Effect.fnUntraced(function*(
  program: string,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
  account: { readonly uid?: number; readonly gid?: number } = {}
) {
  const ended = yield* Deferred.make<Ended>()
  let output = ""
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(program, args, {
        ...account,
        cwd: programFolder,
        env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: homedir(), TMPDIR: tmpdir(), NODE_COMPILE_CACHE, ...env },
        stdio: ["ignore", "pipe", "pipe"]
      })
      const collect = (chunk: Buffer) => {
        output += chunk.toString()
      }
      child.stdout.on("data", collect)
      child.stderr.on("data", collect)
      child.once("close", (code, signal) => Deferred.doneUnsafe(ended, Effect.succeed({ code, signal })))
      child.once("error", (error) => {
        output += error.message
        Deferred.doneUnsafe(ended, Effect.succeed({ code: 127, signal: null }))
      })
      return child
    }),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended: Deferred.await(ended),
    signal: (signal) => Effect.sync(() => void child.kill(signal))
  } satisfies Launched
})

/** The server's program, with the Node that runs the tests. */
export const serverProgram = [process.execPath, join(programFolder, "apps/server/src/main.ts")] as const

/** Starts the server's program with these variables. */
export const launchServer = (env: Readonly<Record<string, string>>) => {
  const [node, main] = serverProgram
  return launch(node, [main], env)
}

/** The process of the embedded PostgreSQL on a data folder; 0 when there is none. */
export const postmasterPid = Effect.fnUntraced(function*(dataFolder: string) {
  const fs = yield* FileSystem.FileSystem
  const text = yield* fs.readFileString(join(dataFolder, "postgres/data/postmaster.pid")).pipe(
    Effect.orElseSucceed(() => "")
  )
  return Number(text.split("\n")[0] ?? 0)
})

/** Whether a process of that number runs. One that has ended and that nobody has asked about (proc_pid_stat(5)) does not. */
export const isRunning = (pid: number) => {
  try {
    return pid > 0 && process.kill(pid, 0) && !isZombie(pid)
  } catch {
    return false
  }
}

/** A new data folder. It goes with the scope, and with it a PostgreSQL that a killed server left behind. */
export const makeDataFolder = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped({ prefix: "innkeeper-e2e-" })
  // PostgreSQL's own user has to enter it when the tests run as root.
  yield* fs.chmod(folder, 0o755)
  yield* Effect.addFinalizer(() =>
    Effect.gen(function*() {
      const pid = yield* postmasterPid(folder)
      if (!isRunning(pid)) return
      // Fast shutdown (PostgreSQL manual, 18.5).
      process.kill(pid, "SIGINT")
      while (isRunning(pid)) yield* Effect.sleep("50 millis")
    }).pipe(Effect.timeout("20 seconds"), Effect.ignore)
  )
  return folder
}).pipe(Effect.orDie)
