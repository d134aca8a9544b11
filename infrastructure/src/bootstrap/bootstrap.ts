import { Effect, FileSystem, Schema } from "effect"
import { Engine } from "./Engine.ts"
import { backendUrl, providerConfig, secretsProvider, type StateSettings } from "./StateSettings.ts"

/** Making bucket and key is for a person at a terminal: nothing was done. */
export class BootstrapRefused extends Schema.TaggedError<BootstrapRefused>()("BootstrapRefused", {
  message: Schema.String
}) {}

/** A command of Pulumi failed. What was done so far stays, and the next run goes on from there. */
export class BootstrapFailed extends Schema.TaggedError<BootstrapFailed>()("BootstrapFailed", {
  command: Schema.String,
  complaint: Schema.String
}) {
  override get message() {
    return `${this.command} failed: ${this.complaint}`
  }
}

/** Where the state of the bootstrap stack itself is. */
export interface Found {
  /** In the bucket: not there, there without anything in it, or complete. */
  readonly remote: "absent" | "empty" | "full"
  /** In the local folder. */
  readonly local: boolean
}

export type Step = "create" | "deploy" | "encrypt" | "move" | "remove local copy"

/**
 * What is left to do. Nothing when it was done before; the rest of it when a run broke off. Where the store has a key, the
 * state is encrypted by it instead of by a passphrase.
 */
export const stepsFrom = ({ local, remote }: Found, store: StateSettings["store"]): ReadonlyArray<Step> => {
  if (remote === "full") return local ? ["remove local copy"] : []
  const made: ReadonlyArray<Step> = local ? [] : ["create"]
  const keyed: ReadonlyArray<Step> = store === "aws" ? ["encrypt"] : []
  return [...made, "deploy", ...keyed, "move", "remove local copy"]
}

export const stack = "bootstrap"

export interface BootstrapOptions {
  readonly settings: StateSettings
  /** Folder for the state until the bucket is there. */
  readonly folder: string
  /** Whether nobody sits at a terminal, as in CI. */
  readonly unattended: boolean
  /** Asks the person; `true` is yes. */
  readonly confirm: (question: string) => Effect.Effect<boolean>
  /** Tells the person what is done. */
  readonly tell: (line: string) => Effect.Effect<void>
}

/**
 * Makes the bucket and the key, and moves the state that they were made with into the bucket. Asks first, refuses in CI,
 * and does when run again only what is left to do. Gives the steps that it took.
 */
export const bootstrap = Effect.fnUntraced(
  function*({ confirm, folder, settings, tell, unattended }: BootstrapOptions) {
    if (unattended) {
      return yield* new BootstrapRefused({ message: "Bucket and key are made by a person at a terminal, not in CI." })
    }
    const engine = yield* Engine
    const fs = yield* FileSystem.FileSystem
    const remote = backendUrl(settings)
    const local = `file://${folder}`
    const exported = `${folder}/${stack}.json`

    const must = Effect.fnUntraced(function*(backend: string, ...args: ReadonlyArray<string>) {
      const { code, complaint, output } = yield* engine.run(backend, args)
      if (code === 0) return output
      return yield* new BootstrapFailed({
        command: `pulumi ${args.slice(0, 2).join(" ")}`,
        complaint: complaint.trim()
      })
    })
    /** Number of resources in the state; `undefined` if there is no such stack. */
    const resourcesAt = Effect.fnUntraced(function*(backend: string) {
      const { code, output } = yield* engine.run(backend, ["stack", "export", "--stack", stack])
      return code === 0 ? (yield* Schema.decodeEffect(Exported)(output)).deployment.resources?.length ?? 0 : undefined
    }, Effect.catchTag("SchemaError", Effect.die))

    const found = Effect.gen(function*() {
      const here = yield* Effect.orDie(fs.exists(folder))
      const there = yield* resourcesAt(remote)
      const state: Found = {
        local: here && (yield* resourcesAt(local)) !== undefined,
        remote: there === undefined ? "absent" : there === 0 ? "empty" : "full"
      }
      return state
    })

    const state = yield* found
    const config = Object.entries(providerConfig(settings)).flatMap(([key, value]) => ["--config", `${key}=${value}`])
    const act: Readonly<Record<Step, Effect.Effect<unknown, BootstrapFailed>>> = {
      create: Effect.andThen(
        Effect.orDie(fs.makeDirectory(folder, { recursive: true, mode: 0o700 })),
        must(local, "stack", "init", stack, "--secrets-provider", "passphrase")
      ),
      deploy: must(local, "up", "--stack", stack, "--yes", "--skip-preview", ...config),
      // Before it leaves this machine, so that nothing in the bucket is encrypted by the passphrase of a person.
      encrypt: must(local, "stack", "change-secrets-provider", secretsProvider(settings), "--stack", stack),
      move: Effect.gen(function*() {
        yield* must(local, "stack", "export", "--stack", stack, "--file", exported)
        if (state.remote === "absent") {
          yield* must(remote, "stack", "init", stack, "--secrets-provider", secretsProvider(settings))
        }
        yield* must(remote, "stack", "import", "--stack", stack, "--file", exported)
        const moved = yield* resourcesAt(remote)
        if (moved === undefined || moved === 0) {
          return yield* new BootstrapFailed({
            command: "pulumi stack import",
            complaint: "the state in the bucket is empty"
          })
        }
      }),
      "remove local copy": Effect.orDie(fs.remove(folder, { recursive: true }))
    }

    const steps = stepsFrom(state, settings.store)
    if (steps.length === 0) {
      yield* tell(`The state is in ${remote} already.`)
      return steps
    }
    const question = `Make ${settings.bucket} (${steps.join(", ")}) and keep the state of all stacks at ${remote}?`
    if (!(yield* confirm(question))) return yield* new BootstrapRefused({ message: "Nothing was done." })
    for (const step of steps) {
      yield* tell(step)
      yield* act[step]
    }
    yield* tell(`The state is in ${remote}, and secrets are encrypted by ${secretsProvider(settings)}.`)
    return steps
  }
)

const Exported = Schema.fromJsonString(Schema.Struct({
  deployment: Schema.Struct({ resources: Schema.optionalKey(Schema.Array(Schema.Unknown)) })
}))
