import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Config, Console, Effect } from "effect"
import { Command, Flag, Prompt } from "effect/cli"
import { resolve } from "node:path"
import { fileURLToPath } from "node:url"
import manifest from "../../package.json" with { type: "json" }
import { bootstrap, BootstrapRefused } from "../bootstrap/bootstrap.ts"
import { Engine } from "../bootstrap/Engine.ts"
import { decodeStateSettings } from "../bootstrap/StateSettings.ts"
import { readInput } from "./variables.ts"

const program = fileURLToPath(new URL("./bootstrap", import.meta.url))

const inputOf = (file: string) =>
  Effect.try({
    try: () => readInput(file),
    catch: (error) => new BootstrapRefused({ message: error instanceof Error ? error.message : String(error) })
  })

const command = Command.make("bootstrap", {
  state: Flag.String("state").pipe(Flag.withDescription("File that says where the state is to be kept")),
  folder: Flag.String("folder").pipe(
    Flag.withDescription("Folder for the state until the bucket is there"),
    Flag.withDefault(".bootstrap")
  )
}, ({ folder, state }) =>
  Effect.gen(function*() {
    const settings = yield* decodeStateSettings(yield* inputOf(resolve(state)))
    const inContinuousIntegration = yield* Config.withDefault(Config.Boolean("CI"), false)
    const terminal = yield* Effect.context<Prompt.Environment>()
    yield* bootstrap({
      settings,
      folder: resolve(folder),
      unattended: inContinuousIntegration || !process.stdin.isTTY,
      confirm: (message) =>
        Prompt.run(Prompt.Confirm({ message, initial: false })).pipe(
          Effect.orElseSucceed(() => false),
          Effect.provideContext(terminal)
        ),
      tell: (line) => Console.log(line)
    }).pipe(Effect.provideServiceEffect(Engine, Engine.make(program, { INNKEEPER_STATE: resolve(state) })))
  })).pipe(
    Command.withDescription("Makes the bucket and the key that all stacks are kept with, and moves the state there")
  )

Command.run(command, { version: manifest.version }).pipe(
  Effect.tapError((error) => Console.error(error.message)),
  // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
