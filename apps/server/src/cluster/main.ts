/** Several server processes on one PostgreSQL behind one address, on this machine: to see pods come, go and die. */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { loadEnvironment, type ServerConfig } from "@innkeeper/config"
import { appRole, EmbeddedPostgres, ownerRole } from "@innkeeper/database"
import { Clock, Console, Context, Effect, FileSystem, Layer, Path } from "effect"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { explain, ListenFailed } from "../Stop.ts"
import { makeBalancer } from "./Balancer.ts"
import { keepPod, type Pod } from "./Pod.ts"

/** A port that nobody listens on now. */
const freePort = Effect.callback<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo
    server.close(() => resume(Effect.succeed(port)))
  })
})

/** Listens at the address of the configuration before anything else is started, so that a taken port costs nothing. */
const listen = Effect.fnUntraced(function*({ http: { host, port } }: ServerConfig, pods: ReadonlyArray<Pod>) {
  const server = makeBalancer(pods.map(({ target }) => target))
  yield* Effect.acquireRelease(
    Effect.callback<void, ListenFailed>((resume) => {
      server.once(
        "error",
        (error: NodeJS.ErrnoException) =>
          resume(Effect.fail(new ListenFailed({ host, port, code: error.code ?? error.message })))
      )
      server.listen(port, host, () => resume(Effect.void))
    }),
    () =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )
})

/** The URL of a login of a PostgreSQL that listens on a Unix socket alone. */
const url = (socket: string, user: string, database: string) =>
  `postgres://localhost/${database}?host=${encodeURIComponent(socket)}&user=${user}`

/** How to get in, as a pod's own banner says it, which comes a moment after it is ready. */
const access = Effect.fnUntraced(function*({ log }: Pod) {
  const fs = yield* FileSystem.FileSystem
  const banner = Effect.map(
    Effect.orDie(fs.readFileString(log)),
    (text) => /Innkeeper is ready[^\n]*\n([\s\S]*?)\n *Ctrl-C/.exec(text)?.[1]
  )
  for (;;) {
    const text = yield* banner
    if (text !== undefined) return text
    yield* Effect.sleep("100 millis")
  }
})

/** As a shell takes it, whatever is in it. */
const quoted = (path: string) => /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`

const tryThis = (pods: ReadonlyArray<Pod>, dataFolder: string) =>
  [
    "",
    ...pods.map(({ log, number, pid, target }) =>
      `  Pod ${number}      pid ${pid}   http://${target.host}:${target.port}   log ${log}`
    ),
    "",
    `  kill -9 ${pods[0]?.pid}    and watch: the others take its work; it is back 5 s later`,
    `  kill -STOP ${pods[0]?.pid} freezes it, kill -CONT wakes it`,
    "",
    "  The command line finds it by its data folder:",
    "",
    `  INNKEEPER_DATA=${quoted(dataFolder)} npm run innkeeper -- cluster pods`,
    "",
    "  Ctrl-C stops everything.",
    ""
  ].join("\n")

const run = Effect.fnUntraced(function*(count: number) {
  const config = yield* loadEnvironment
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const began = yield* Clock.currentTimeMillis
  const dataFolder = path.resolve(config.dataFolder)

  const pods = yield* Effect.forEach(
    Array.from({ length: count }, (_, index) => index + 1),
    (number) =>
      Effect.map(Effect.all([freePort, freePort]), ([port, runnerPort]): Pod => ({
        number,
        target: { host: "127.0.0.1", port, ready: false },
        runnerPort,
        log: path.join(dataFolder, `pod-${number}.log`),
        pid: 0
      }))
  )
  yield* listen(config, pods)

  yield* Console.log(`Starting PostgreSQL 18 in ${config.dataFolder} …`)
  const pool = 12
  const { database, lost, socket } = yield* Effect.map(
    Layer.build(EmbeddedPostgres.layer({ dataFolder, settings: { max_connections: String(count * pool + 30) } })),
    Context.get(EmbeddedPostgres)
  )
  yield* Effect.forEach(pods, ({ log }) => Effect.orDie(fs.writeFileString(log, "")))
  const env = {
    INNKEEPER_DATA: dataFolder,
    PUBLIC_URL: config.http.publicUrl,
    TRUSTED_PROXIES: [...config.http.trustedProxies, "127.0.0.1"].join(","),
    DATABASE_URL: url(socket, appRole, database),
    DATABASE_OWNER_URL: url(socket, ownerRole, database),
    DATABASE_POOL: String(pool),
    DEMO: "true"
  }
  yield* Effect.addFinalizer(() => Console.log("Stopping …"))
  yield* Effect.forkScoped(
    Effect.forEach(pods, (pod) => keepPod(pod, env), { concurrency: "unbounded", discard: true })
  )
  while (pods.some(({ target }) => !target.ready)) yield* Effect.sleep("100 millis")
  const seconds = ((yield* Clock.currentTimeMillis) - began) / 1000
  yield* Console.log(`\nThe cluster of ${count} is ready after ${seconds.toFixed(1)} s.`)
  yield* Console.log(`${yield* access(pods[0]!)}${tryThis(pods, dataFolder)}`)
  return yield* lost
}, Effect.scoped)

// `npm run cluster` is gone, whatever ended it. Waiting for that keeps nothing alive that has ended by itself.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"))
process.channel?.unref()

const usage = "Say how many server processes to run, from 1 to 9: npm run cluster -- 3"

const refuse = Effect.andThen(
  Console.error(usage),
  Effect.sync(() => {
    process.exitCode = 2
  })
)

const argument = process.argv[2] ?? "3"

const program = /^[1-9]$/.test(argument) ? run(Number(argument)) : refuse

// @effect-diagnostics-next-line strictEffectProvide:off
NodeRuntime.runMain(Effect.catchCause(Effect.provide(program, NodeServices.layer), explain), {
  disableErrorReporting: true
})
