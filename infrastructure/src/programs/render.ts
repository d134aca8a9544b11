import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, FileSystem, Option, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { resolve } from "node:path"
import manifest from "../../package.json" with { type: "json" }
import type { Plan } from "../plan/Plan.ts"
import { wavesOf } from "../plan/waves.ts"
import { markdown, plans, render } from "../preview/render.ts"

/** A rule of the policy pack is broken. */
class PolicyBroken extends Schema.TaggedError<PolicyBroken>()("PolicyBroken", { message: Schema.String }) {}

const sources = {
  environment: Flag.String("environment").pipe(Flag.withDescription("File that describes the cluster")),
  tenants: Flag.String("tenants").pipe(Flag.withDescription("Folder with a file SLUG.yaml for each tenant"))
}

const absolute = ({ environment, tenants }: { readonly environment: string; readonly tenants: string }) => ({
  environment: resolve(environment),
  tenants: resolve(tenants)
})

const planCommand = Command.make(
  "plan",
  sources,
  (flags) => Effect.flatMap(plans(absolute(flags)), (plans) => Console.log(JSON.stringify(plans)))
).pipe(
  Command.withDescription("Writes the plan of each tenant as JSON, without secrets")
)

const previewCommand = Command.make("preview", {
  ...sources,
  against: Flag.optional(
    Flag.String("against").pipe(Flag.withDescription("What `plan` wrote before the change; all is new without it"))
  ),
  json: Flag.Boolean("json").pipe(Flag.withDescription("JSON instead of Markdown"), Flag.withDefault(false))
}, ({ against, json, ...flags }) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    // What `plan` of the same program wrote.
    const before: ReadonlyArray<Plan> = Option.isNone(against)
      ? []
      : JSON.parse(yield* fs.readFileString(against.value))
    const rendered = yield* render(absolute(flags), before)
    const stacks = new Set(rendered.map(({ stack }) => stack))
    const gone = before.map(({ stack }) => stack).filter((stack) => !stacks.has(stack))
    yield* Console.log(json ? JSON.stringify({ rendered, gone }) : markdown(rendered, gone))
    const broken = rendered.flatMap(({ violations }) => violations).length
    if (broken > 0) return yield* new PolicyBroken({ message: `The policy pack found ${broken} problems.` })
  })).pipe(
    Command.withDescription("Says what deploying would change and which policies it breaks, without credentials")
  )

const wavesCommand = Command.make("waves", {
  tenants: sources.tenants,
  canary: Flag.String("canary").pipe(
    Flag.withDescription("Slugs of the tenants that take a change first, with commas between them"),
    Flag.withDefault("")
  )
}, ({ canary, tenants }) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const files = yield* fs.readDirectory(resolve(tenants))
    const stacks = files.flatMap((file) => file.endsWith(".yaml") ? [file.slice(0, -".yaml".length)] : [])
    yield* Console.log(JSON.stringify(wavesOf(stacks, canary.split(","))))
  })).pipe(Command.withDescription("Writes in which order a change reaches the tenants, as JSON"))

const command = Command.make("render").pipe(
  Command.withDescription("Plans and previews of tenants without Pulumi's CLI, credentials, state or cluster"),
  Command.withSubcommands([planCommand, previewCommand, wavesCommand])
)

Command.run(command, { version: manifest.version }).pipe(
  Effect.tapError((error) => Console.error(error.message)),
  // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
