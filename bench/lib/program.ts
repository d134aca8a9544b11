import { Effect, Ref, Schedule, Schema, Stream } from "effect"
import { HttpClient } from "effect/http"
import { ChildProcess } from "effect/process"
import { createServer } from "node:net"

/** A program that is measured did not start; `output` is the end of what it printed. */
export class NotStarted extends Schema.TaggedError<NotStarted>()("NotStarted", {
  program: Schema.String,
  output: Schema.String
}) {
  override get message() {
    return `${this.program} did not start. It said:\n${this.output}`
  }
}

/** A port of this machine that nobody listens on now. */
export const freePort = Effect.callback<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    server.close(() => resume(Effect.succeed(port)))
  })
})

/** Starts a program and waits until it answers at `ready`; it is stopped with the scope. Gives its process id. */
export const startProgram = Effect.fnUntraced(function*(options: {
  readonly program: string
  readonly args: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  /** An address that answers 200 once the program can be used. */
  readonly ready: string
}) {
  const client = yield* HttpClient.HttpClient
  const output = yield* Ref.make("")
  const child = yield* ChildProcess.make(options.program, options.args, {
    env: options.env,
    extendEnv: false,
    stdin: "ignore",
    killSignal: "SIGTERM",
    forceKillAfter: "60 seconds"
  })
  yield* child.all.pipe(
    Stream.decodeText,
    Stream.runForEach((text) => Ref.update(output, (before) => (before + text).slice(-4000))),
    Effect.ignore,
    Effect.forkScoped
  )
  const answers = client.get(options.ready).pipe(
    Effect.filterOrFail(({ status }) => status === 200, () => "not yet" as const),
    Effect.timeout("2 seconds"),
    Effect.retry(Schedule.spaced("100 millis")),
    Effect.timeout("60 seconds")
  )
  yield* Effect.raceFirst(answers, Effect.andThen(child.exitCode, Effect.fail("it ended" as const))).pipe(
    Effect.catch(() =>
      Effect.flatMap(Ref.get(output), (said) => Effect.fail(new NotStarted({ program: options.program, output: said })))
    )
  )
  return { pid: child.pid }
})
