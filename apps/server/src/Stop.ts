import type { ServerConfig } from "@innkeeper/config"
import { EnvironmentError } from "@innkeeper/config"
import {
  DatabaseLoginRefused,
  DatabaseUnreachable,
  DataFolderDenied,
  DataFolderInUse,
  EmbeddedPostgresUnavailable,
  SchemaOutdated
} from "@innkeeper/database"
import { CarryingFailed } from "@innkeeper/platform"
import { ClusterSettingsDiffer } from "@innkeeper/runtime"
import { Cause, Duration, Effect, Option, Schema } from "effect"
import { HttpServerError } from "effect/http"
import type { SocketServer } from "effect/socket"
import { setTimeout } from "node:timers"
import { RedisUnreachable } from "./Limiter.ts"
import { MoveUnclear } from "./Move.ts"
import { ProvisionerMissing } from "./Provisioning.ts"
import { TenantFilesWrong } from "./TenantFolder.ts"

/** The variables that say where to listen. */
const ListenVariables = Schema.Struct({ host: Schema.String, port: Schema.String })
const webVariables: typeof ListenVariables.Type = { host: "HOST", port: "PORT" }
const runnerVariables: typeof ListenVariables.Type = { host: "RUNNER_LISTEN_HOST", port: "RUNNER_PORT" }

/** The address to listen on is taken or not ours to take. */
export class ListenFailed extends Schema.TaggedError<ListenFailed>()("ListenFailed", {
  host: Schema.String,
  port: Schema.Int,
  code: Schema.String,
  variables: ListenVariables.pipe(Schema.withConstructorDefault(Effect.succeed(webVariables)))
}) {
  override get message() {
    const where = `port ${this.port} of ${this.host}`
    switch (this.code) {
      case "EADDRINUSE":
        return `Another program listens on ${where}: stop it, or choose another port, as in ${this.variables.port}=${
          this.port + 1
        }.`
      case "EACCES":
        return `This user may not listen on ${where}: choose a port from 1024 up, as in ${this.variables.port}=8080.`
      case "EADDRNOTAVAIL":
      case "ENOTFOUND":
        return `This machine has no address ${this.host}: set ${this.variables.host} to one of its own, such as 127.0.0.1 or 0.0.0.0.`
      default:
        return `Innkeeper cannot listen on ${where}: ${this.code}.`
    }
  }
}

const WithCode = Schema.Struct({ code: Schema.String })

const codeOf = (cause: unknown) =>
  Option.getOrElse(
    Option.map(Schema.decodeUnknownOption(WithCode)(cause), ({ code }) => code),
    () => String(cause)
  )

/** Says why the web server could not listen. */
export const listening = ({ http: { host, port } }: ServerConfig) => ({ cause }: HttpServerError.ServeError) =>
  new ListenFailed({ host, port, code: codeOf(cause) })

/** Says why it could not listen for the other processes. */
export const listeningForPods =
  ({ cluster: { runnerListenHost, runnerPort } }: ServerConfig) => ({ reason }: SocketServer.SocketServerError) =>
    new ListenFailed({
      host: runnerListenHost,
      port: runnerPort,
      code: codeOf(reason.cause),
      variables: runnerVariables
    })

/** What the person who starts the server can mend, in one sentence. Anything else is a defect. */
const Mendable = Schema.Union([
  EnvironmentError,
  DataFolderDenied,
  DataFolderInUse,
  EmbeddedPostgresUnavailable,
  DatabaseLoginRefused,
  DatabaseUnreachable,
  SchemaOutdated,
  RedisUnreachable,
  ClusterSettingsDiffer,
  ListenFailed,
  ProvisionerMissing,
  TenantFilesWrong,
  MoveUnclear,
  CarryingFailed
])
const isMendable = Schema.is(Mendable)

/** Tells why the server stopped, and sets the exit code. */
export const explain = <E>(cause: Cause.Cause<E>) => {
  if (Cause.hasInterruptsOnly(cause)) return Effect.void
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  return Effect.sync(() => {
    process.exitCode = 1
    console.error(
      isMendable(error) ? `\n${error.message}\n` : `\nInnkeeper stopped unexpectedly.\n${Cause.pretty(cause)}`
    )
  })
}

/**
 * Ends the process when some part of it does not let itself be ended in time: build it last. What it was doing is on record,
 * and goes on in another pod or after the next start.
 */
export const stopInTime = (patience: Duration.Duration) =>
  Effect.addFinalizer(() =>
    Effect.sync(() => {
      setTimeout(() => {
        process.stderr.write(
          `Some work could not be ended in ${Duration.format(patience)}; it goes on after the next start.\n`
        )
        process.exit(1)
      }, Duration.toMillis(patience)).unref()
    })
  )
