import { Effect, Schema, Stream } from "effect"
import { ChildProcess } from "effect/process"
import { createRequire, getCompileCacheDir } from "node:module"
import { dirname } from "node:path"
import { makeMonitor } from "./Monitor.ts"
import type { Preview } from "./Previewed.ts"

/** The program of a stack ended with an error; `complaints` are sentences for people. */
export class PreviewFailed extends Schema.TaggedError<PreviewFailed>()("PreviewFailed", {
  complaints: Schema.NonEmptyArray(Schema.String)
}) {
  override get message() {
    return this.complaints.join("\n")
  }
}

export interface PreviewOptions {
  /** File of the program. */
  readonly program: string
  /** Name of its project, as its `Pulumi.yaml` has it. */
  readonly project: string
  readonly stack: string
  /** Secrets of the stack's configuration. */
  readonly secrets: Readonly<Record<string, string>>
  /** The rest of the stack's configuration. */
  readonly settings?: Readonly<Record<string, string>>
  /** Variables that the program finds in its environment, and no others but the path and where Node keeps compiled code. */
  readonly variables: Readonly<Record<string, string>>
}

const languageHost = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run")

const environmentOf = ({ project, secrets, settings, variables }: PreviewOptions) => {
  const keyed = (values: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [`${project}:${key}`, value]))
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    ...variables,
    NODE_COMPILE_CACHE: getCompileCacheDir() ?? "",
    PULUMI_CONFIG: JSON.stringify(keyed({ ...settings, ...secrets })),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(Object.keys(keyed(secrets))),
    PULUMI_NODEJS_TYPESCRIPT: "false"
  }
}

/**
 * Runs the program of a stack as Pulumi's CLI would for a preview, in a process of its own without the caller's
 * environment, and gives all that it registers. Nothing is read from or written to a state, a cluster or a cloud.
 */
export const preview = Effect.fnUntraced(
  function*(options: PreviewOptions) {
    const { program, project, stack } = options
    const monitor = yield* makeMonitor(stack, project)
    const folder = dirname(program)
    const engine = ["--monitor", monitor.address, "--engine", monitor.address]
    const names = ["--project", project, "--stack", stack, "--organization", "organization", "--pwd", folder]
    const child = yield* ChildProcess.make(
      process.execPath,
      [languageHost, ...engine, ...names, "--parallel", "16", "--dry-run", program],
      { cwd: folder, env: environmentOf(options), extendEnv: false, stdin: "ignore" }
    )
    const output = yield* Stream.mkString(Stream.decodeText(child.all))
    const code = yield* child.exitCode
    const complaints = monitor.complaints.map((complaint) => complaint.trim())
    const [first = `the program ended with code ${code}: ${output.trim().slice(-2000)}`, ...others] = complaints
    if (code !== 0 || complaints.length > 0) return yield* new PreviewFailed({ complaints: [first, ...others] })
    const made: Preview = { resources: [...monitor.resources] }
    return made
  },
  Effect.catchTag("PlatformError", Effect.die),
  Effect.scoped
)
