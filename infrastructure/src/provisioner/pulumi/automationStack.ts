import automation, { type Stack } from "@pulumi/pulumi/automation/index.js"
import { Effect, Schema } from "effect"
import { fileURLToPath } from "node:url"
import { Engine } from "../../bootstrap/Engine.ts"
import { CliMissing, CommandFailed, StackLocked, type TenantStack } from "./TenantStack.ts"

const policyPacks = [fileURLToPath(new URL("../../policy/pack", import.meta.url))]

export interface StackOptions {
  readonly stack: string
  /** Where the CLI works; see `stackFiles`. */
  readonly folder: string
  /** URL of the backend that keeps the state. */
  readonly backend: string
  /** What encrypts the secrets of stacks: a URL of a key, or `passphrase`. */
  readonly secretsProvider: string
  /** What the program reads. */
  readonly variables: Readonly<Record<string, string>>
}

const failureOf = (error: unknown) => {
  const complaint = error instanceof automation.CommandError ? error.message : String(error)
  if (error instanceof automation.ConcurrentUpdateError) return new StackLocked({ complaint })
  return /\bspawn pulumi ENOENT\b/.test(complaint) ? new CliMissing() : new CommandFailed({ complaint })
}

/** Runs a command of the engine. When interrupted it asks the engine to stop, as Ctrl-C does, and waits for its end. */
const command = <A>(run: (signal: AbortSignal) => Promise<A>) =>
  Effect.callback<A, CliMissing | CommandFailed | StackLocked>((resume) => {
    const controller = new AbortController()
    const running = run(controller.signal).then(
      (value) => resume(Effect.succeed(value)),
      (error) => resume(Effect.fail(failureOf(error)))
    )
    return Effect.andThen(Effect.sync(() => controller.abort()), Effect.promise(() => running))
  })

const Exported = Schema.fromJsonString(Schema.Struct({
  deployment: Schema.Struct({
    resources: Schema.optionalKey(Schema.Array(Schema.Struct({
      urn: Schema.String,
      type: Schema.String,
      protect: Schema.optionalKey(Schema.Boolean)
    })))
  })
}))

/** The stack by Pulumi's Automation API, which runs the CLI. The state is read with its secrets encrypted. */
export const automationStack = Effect.fnUntraced(function*(options: StackOptions) {
  const { backend, folder, secretsProvider, stack, variables } = options
  const engine = yield* Engine.make(folder, variables)
  let opened: Stack | undefined
  const workspace = {
    secretsProvider,
    envVars: { ...variables, PULUMI_BACKEND_URL: backend, PULUMI_SKIP_UPDATE_CHECK: "true" }
  }
  const on = <A>(run: (stack: Stack, signal: AbortSignal) => Promise<A>) =>
    command((signal) => opened === undefined ? Promise.reject(new Error("the stack is not open")) : run(opened, signal))
  const done = <A>(run: (stack: Stack, signal: AbortSignal) => Promise<A>) => Effect.asVoid(on(run))
  const plain = Effect.fnUntraced(function*(...args: ReadonlyArray<string>) {
    const { code, complaint, output } = yield* engine.run(backend, [...args, "--stack", stack])
    return code === 0 ? output : yield* new CommandFailed({ complaint })
  })
  const made: TenantStack = {
    open: ({ create }) =>
      command(() => {
        const place = { stackName: stack, workDir: folder }
        const opening = create
          ? automation.LocalWorkspace.createOrSelectStack(place, workspace)
          : automation.LocalWorkspace.selectStack(place, workspace)
        return opening.then(
          (found) => {
            opened = found
            return true
          },
          (error) => error instanceof automation.StackNotFoundError ? false : Promise.reject(error)
        )
      }),
    configure: (settings, secrets = {}) =>
      done((stack) =>
        stack.setAllConfig(Object.fromEntries([
          ...Object.entries(settings).map(([key, value]) => [key, { value }] as const),
          ...Object.entries(secrets).map(([key, value]) => [key, { value, secret: true }] as const)
        ]))
      ),
    resources: plain("stack", "export").pipe(
      Effect.flatMap(Schema.decodeEffect(Exported)),
      Effect.map(({ deployment: { resources = [] } }) =>
        resources.map(({ protect = false, type, urn }) => ({ urn, type, protect }))
      ),
      Effect.catchTag("SchemaError", Effect.die)
    ),
    preview: (onEvent) => done((stack, signal) => stack.preview({ policyPacks, onEvent, signal })),
    up: ({ checked }, onEvent) =>
      done((stack, signal) => stack.up({ ...(checked && { policyPacks }), onEvent, signal, showSecrets: false })),
    destroy: (onEvent) =>
      done((stack, signal) => stack.destroy({ excludeProtected: true, onEvent, signal, showSecrets: false })),
    unprotect: (urn) => Effect.asVoid(plain("state", "unprotect", urn, "--yes")),
    recover: done((stack, signal) =>
      stack.cancel().then(() => stack.refresh({ clearPendingCreates: true, signal, showSecrets: false }))
    )
  }
  return made
})
