import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { ProvisionEvent } from "@innkeeper/config"
import { Config, Effect, Logger, Schema, Stdio, Stream } from "effect"
import { CliError, Command, Flag } from "effect/cli"
import { dirname, join, resolve } from "node:path"
import manifest from "../../package.json" with { type: "json" }
import { decodePlanEnvironment } from "../plan/PlanEnvironment.ts"
import { provision } from "../provisioner/provision.ts"
import { ProvisionFailed, refusing } from "../provisioner/ProvisionFailed.ts"
import { renderAdapter } from "../provisioner/renderAdapter.ts"
import { RequestFailed, serveRequest, tellFailure } from "../provisioner/serveRequest.ts"
import type { Tell } from "../provisioner/Work.ts"
import { readInput } from "./variables.ts"

// Events alone go to the standard output: what a library prints there goes to the standard error instead.
const write = process.stdout.write.bind(process.stdout)
process.stdout.write = process.stderr.write.bind(process.stderr)
// Whoever asked may be gone.
process.stdout.on("error", () => {})
process.stderr.on("error", () => {})

const encode = Schema.encodeSync(Schema.fromJsonString(ProvisionEvent))

const tell: Tell = (event) => Effect.sync(() => void write(`${encode(event)}\n`))

const environmentIn = (file: string) =>
  Effect.try({
    try: () => readInput(file),
    catch: (error) => refusing({ message: error instanceof Error ? error.message : String(error) })
  }).pipe(
    Effect.flatMap((input) => Effect.mapError(decodePlanEnvironment(input), refusing))
  )

/** Loaded when it is wanted: it brings all of Pulumi's library along. */
const openPulumi = Effect.promise(() =>
  Promise.all([import("../provisioner/pulumi/automationStack.ts"), import("../provisioner/pulumi/pulumiAdapter.ts")])
)

const required = (name: string, variable: string) => (value: string) =>
  value === ""
    ? new ProvisionFailed({ problems: [`--${name}: expected a value, or one in ${variable}`], refused: true })
    : Effect.succeed(value)

const command = Command.make("provision", {
  adapter: Flag.Literals("adapter", ["render", "pulumi"]).pipe(
    Flag.withDescription("What does the work: Pulumi's CLI, or the renderer, which says what the CLI would do")
  ),
  environment: Flag.String("environment").pipe(Flag.withDescription("File that describes the cluster")),
  backend: Flag.String("backend").pipe(
    Flag.withDescription("URL of the backend that keeps the state, for pulumi"),
    Flag.withFallbackConfig(Config.String("PULUMI_BACKEND_URL")),
    Flag.withDefault("")
  ),
  secretsProvider: Flag.String("secrets-provider").pipe(
    Flag.withDescription("What encrypts the secrets of stacks, for pulumi"),
    Flag.withFallbackConfig(Config.String("PULUMI_SECRETS_PROVIDER")),
    Flag.withDefault("")
  ),
  secrets: Flag.String("secrets").pipe(
    Flag.withDescription(
      "Folder with the encrypted configuration of stacks, for pulumi; beside the environment without it"
    ),
    Flag.withDefault("")
  )
}, ({ adapter, backend, environment: file, secrets, secretsProvider }) =>
  Effect.gen(function*() {
    const stdio = yield* Stdio.Stdio
    const path = resolve(file)
    const serve = Effect.fnUntraced(function*(line: string) {
      const environment = yield* environmentIn(path)
      if (adapter === "render") return yield* provision(line, environment, renderAdapter(path), tell)
      const options = {
        backend: yield* required("backend", "PULUMI_BACKEND_URL")(backend),
        secretsProvider: yield* required("secrets-provider", "PULUMI_SECRETS_PROVIDER")(secretsProvider)
      }
      const [{ automationStack }, { pulumiAdapter }] = yield* openPulumi
      const pulumi = pulumiAdapter({
        environment: path,
        secrets: secrets === "" ? join(dirname(path), "secrets") : resolve(secrets),
        stackAt: (place) => automationStack({ ...options, ...place })
      })
      yield* provision(line, environment, pulumi, tell)
    })
    yield* serveRequest(Stream.decodeText(stdio.stdin), serve, tell)
  })).pipe(
    Command.withDescription("Serves one request of the tenant lifecycle, which comes as a line of JSON")
  )

/** What is wrong with the arguments; nothing when somebody asked for help. */
const argumentsRefused = (error: CliError.CliError) => {
  const { errors = [error] } = error instanceof CliError.ShowHelp ? error : {}
  const [first, ...others] = errors.map(({ message }) => message)
  return first === undefined
    ? Effect.void
    : tellFailure(tell)(new ProvisionFailed({ problems: [first, ...others], refused: true }))
}

Command.run(command, { version: manifest.version }).pipe(
  Effect.catchIf((error) => !(error instanceof RequestFailed), argumentsRefused),
  Effect.ensuring(Effect.sync(() => process.stdin.destroy())),
  Effect.provideService(Logger.LogToStderr, true),
  // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
