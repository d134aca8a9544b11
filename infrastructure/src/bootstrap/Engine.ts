import { Context, Effect, Stream } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"

export interface Ended {
  readonly code: number
  /** What it printed on its standard output. */
  readonly output: string
  /** What it printed on its standard error. */
  readonly complaint: string
}

/** Pulumi's CLI, with the credentials of the person who runs the program. A CLI that is not there is a defect. */
export class Engine extends Context.Service<Engine, {
  readonly run: (backend: string, args: ReadonlyArray<string>) => Effect.Effect<Ended>
}>()("infrastructure/Engine") {
  /** Runs it in the folder of the bootstrap program. */
  static readonly make = Effect.fnUntraced(function*(folder: string, variables: Readonly<Record<string, string>>) {
    const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
    const run = Effect.fn("Engine.run")(
      function*(backend: string, args: ReadonlyArray<string>) {
        const child = yield* ChildProcess.make("pulumi", [...args, "--non-interactive"], {
          cwd: folder,
          env: { ...variables, PULUMI_BACKEND_URL: backend },
          extendEnv: true,
          stdin: "ignore"
        })
        const text = (stream: typeof child.stdout) => Stream.mkString(Stream.decodeText(stream))
        const [output, complaint] = yield* Effect.all([text(child.stdout), text(child.stderr)], { concurrency: 2 })
        return { code: yield* child.exitCode, output, complaint }
      },
      Effect.provideService(ChildProcessSpawner.ChildProcessSpawner, spawner),
      Effect.scoped,
      Effect.orDie
    )
    return Engine.of({ run })
  })
}
