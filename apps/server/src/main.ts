import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { loadEnvironment, type ServerConfig } from "@innkeeper/config"
import { asTenant, Database } from "@innkeeper/database"
import { playStory } from "@innkeeper/oncall"
import { telemetryLayer } from "@innkeeper/runtime"
import { Clock, Console, Duration, Effect, Layer } from "effect"
import { banner } from "./Banner.ts"
import { ensureDemo } from "./Demo.ts"
import { openInstallation, writeCommandLineAccess } from "./Installation.ts"
import { move } from "./Move.ts"
import { version } from "./Program.ts"
import { servicesLayer, webLayer, workersLayer } from "./Server.ts"
import { explain, listening, listeningForPods, stopInTime } from "./Stop.ts"
import { enterTenantFolder } from "./TenantFolder.ts"

const usage = `innkeeper-server ${version}

Starts the server and runs until it is told to stop (Ctrl-C, SIGTERM).
With \`move in SLUG\` or \`move out SLUG\` it carries a tenant's data to or from a database of its own, and ends.
It is configured by environment variables: docs/configuration.md explains each.`

/** Starts part by part, each on those before it, and takes them down in reverse. */
const run = Effect.fnUntraced(function*(config: ServerConfig) {
  const started = yield* Clock.currentTimeMillis
  const installation = yield* openInstallation(config)
  if (config.database.url === undefined) yield* Console.log(`Starting PostgreSQL 18 in ${config.dataFolder} …`)
  const services = yield* Layer.build(servicesLayer(config, installation))
  const onServices = Effect.provideContext(services)

  const { applied, lost } = yield* onServices(Database)
  if (applied.length > 0) yield* Console.log(`Applied ${applied.length} migrations.`)
  yield* onServices(enterTenantFolder(config.tenants))
  const demo = yield* onServices(ensureDemo(config, installation))
  const workers = yield* Layer.build(Layer.provide(workersLayer(config), Layer.succeedContext(services))).pipe(
    Effect.catchTag("SocketServerError", (error) => Effect.fail(listeningForPods(config)(error)))
  )
  if (demo?.loaded) yield* onServices(playStory().pipe(asTenant(demo.tenant.id)))
  yield* Layer.build(
    Layer.provide(webLayer(config, installation), [Layer.succeedContext(services), Layer.succeedContext(workers)])
  ).pipe(Effect.catchTag("ServeError", (error) => Effect.fail(listening(config)(error))))
  yield* writeCommandLineAccess(config, installation)
  const seconds = ((yield* Clock.currentTimeMillis) - started) / 1000
  yield* Console.log(banner({ config, demo: demo?.access ?? null, seconds }))
  // Less than the 30 s that Kubernetes gives a pod.
  yield* stopInTime(Duration.seconds(25))
  yield* Effect.addFinalizer(() => Console.log("Stopping …"))
  return yield* lost
}, Effect.scoped)

const serve = Effect.flatMap(loadEnvironment, (config) =>
  Effect.scoped(
    Effect.flatMap(
      Layer.build(telemetryLayer(config.telemetry, version)),
      (telemetry) => Effect.provideContext(run(config), telemetry)
    )
  ))

const carry = (args: ReadonlyArray<string>) => Effect.flatMap(loadEnvironment, (config) => move(config, args))

const refuse = (argument: string) =>
  Effect.andThen(
    Console.error(`There is no option ${argument}.\n\n${usage}`),
    Effect.sync(() => {
      process.exitCode = 2
    })
  )

const [argument, ...others] = process.argv.slice(2)

const program = Effect.gen(function*() {
  if (argument === undefined) return yield* serve
  if (argument === "--version") return yield* Console.log(version)
  if (argument === "--help") return yield* Console.log(usage)
  if (argument === "move") return yield* carry(others)
  return yield* refuse(argument)
})

// @effect-diagnostics-next-line strictEffectProvide:off
NodeRuntime.runMain(Effect.catchCause(Effect.provide(program, NodeServices.layer), explain), {
  disableErrorReporting: true
})
