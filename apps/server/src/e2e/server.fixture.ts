/** A running Innkeeper, and what a test asks of it. Tests only. */
import { NodeFileSystem } from "@effect/platform-node"
import { freePort } from "@innkeeper/testkit"
import { Context, Effect, FileSystem, Layer, Schema } from "effect"
import { join } from "node:path"
import { type Ended, launchServer, makeDataFolder } from "./process.fixture.ts"
import { type Answer, send, type Sending } from "./request.fixture.ts"

export interface ServerOptions {
  /** A new one, which goes with the scope, when it is left out. */
  readonly dataFolder?: string
  readonly port?: number
  readonly env?: Readonly<Record<string, string>>
}

const Secrets = Schema.fromJsonString(Schema.Struct({ adminToken: Schema.String, demoPassword: Schema.String }))

/** Ten minutes' worth of what tests do in one. */
const unlimited = {
  RATE_LIMIT_WEBHOOK: "10000000",
  RATE_LIMIT_ALERTS: "10000000",
  RATE_LIMIT_API: "10000000",
  RATE_LIMIT_PUBLIC: "10000000"
}

/** Whoever sends: the headers that say so. */
export type Credentials = Readonly<Record<string, string>>

/** Starts the server and waits until it is usable. */
export const startServer = Effect.fnUntraced(function*(options: ServerOptions = {}) {
  const fs = yield* FileSystem.FileSystem
  const dataFolder = options.dataFolder ?? (yield* makeDataFolder)
  const port = options.port ?? (yield* freePort)
  const started = yield* launchServer({
    INNKEEPER_DATA: dataFolder,
    PORT: String(port),
    DEMO: "false",
    ...unlimited,
    ...options.env
  })
  const url = `http://127.0.0.1:${port}`
  const ready = Effect.gen(function*() {
    // The banner comes after the last file is written.
    while (!started.output().includes("Innkeeper is ready")) yield* Effect.sleep("50 millis")
    while ((yield* send("GET", `${url}/health/ready`)).status !== 200) yield* Effect.sleep("50 millis")
  })
  const died = Effect.flatMap(
    started.ended,
    () => Effect.die(new Error(`The server ended before it was ready:\n${started.output()}`))
  )
  yield* Effect.raceFirst(ready, died).pipe(
    Effect.timeoutOrElse({
      duration: "150 seconds",
      orElse: () => Effect.die(new Error(`The server is not ready after 150 s:\n${started.output()}`))
    })
  )
  const { adminToken, demoPassword } = yield* fs.readFileString(join(dataFolder, "secrets.json")).pipe(
    Effect.flatMap(Schema.decodeEffect(Secrets)),
    Effect.orDie
  )

  const call = (method: string, path: string, sending?: Sending) =>
    send(method, `${url}${path}`, sending).pipe(
      Effect.catchDefect((defect) =>
        Effect.die(new Error(`${method} ${path}: ${String(defect)}\n${started.output().slice(-4000)}`))
      )
    )

  const end = (signal: NodeJS.Signals): Effect.Effect<Ended> => Effect.andThen(started.signal(signal), started.ended)

  return {
    url,
    port,
    dataFolder,
    pid: started.pid,
    adminToken,
    /** Password of the demonstration's people. */
    password: demoPassword,
    logs: started.output,
    /** Asks it to stop, and waits for its end. */
    stop: end("SIGTERM"),
    /** What Ctrl-C does. */
    interrupt: end("SIGINT"),
    /** Ends it as a power cut would: nothing of it has a chance to act. */
    kill: end("SIGKILL"),
    call,
    /** An answer in words; with what the server logged, when it broke. */
    describe: ({ status, text }: Answer) =>
      `${status} ${text.slice(0, 2000)}${status < 500 ? "" : `\n${started.output().slice(-4000)}`}`,
    /** As {@link call}; fails the test unless the answer is of success. */
    ok: (method: string, path: string, sending?: Sending) =>
      Effect.flatMap(call(method, path, sending), (answer) => expectSuccess(method, path, answer)),
    /** Applies a set-up document. */
    apply: (document: object) =>
      call("POST", "/api/v1/admin/setup", { json: document, headers: { "x-admin-token": adminToken } }).pipe(
        Effect.flatMap((answer) => expectSuccess("POST", "/api/v1/admin/setup", answer)),
        Effect.map(({ json }) => json)
      ),
    /** Signs in with a password; gives the cookie. */
    signIn: Effect.fnUntraced(function*(email: string, password: string) {
      return yield* cookieOf(yield* call("POST", "/api/v1/session", { json: { email, password } }))
    }),
    /** Signs in with the link of an invitation; gives the cookie. */
    redeem: Effect.fnUntraced(function*(link: string) {
      const token = new URL(link).hash.slice(1)
      return yield* cookieOf(yield* call("POST", "/api/v1/session/magic-link/redeem", { json: { token } }))
    })
  }
})

export type RunningServer = Effect.Success<ReturnType<typeof startServer>>

const expectSuccess = (method: string, path: string, answer: Answer) =>
  answer.status < 300
    ? Effect.succeed(answer)
    : Effect.die(new Error(`${method} ${path} answered ${answer.status}: ${answer.text.slice(0, 2000)}`))

const cookieOf = Effect.fnUntraced(function*(answer: Answer) {
  const cookie = answer.headers["set-cookie"]?.[0]?.split(";")[0]
  if (cookie === undefined) return yield* Effect.die(new Error(`No session: ${answer.status} ${answer.text}`))
  return { cookie } satisfies Credentials
})

/** One server that all tests of a file share. */
export class Server extends Context.Service<Server, RunningServer>()("e2e/Server") {
  static readonly layer = (options?: ServerOptions) =>
    Layer.effect(Server, startServer(options)).pipe(Layer.provideMerge(NodeFileSystem.layer))
}
