import type { EngineEvent } from "@pulumi/pulumi/automation/index.js"
import { type Effect, Schema } from "effect"

/** Pulumi's CLI is not on the path. */
export class CliMissing extends Schema.TaggedError<CliMissing>()("CliMissing", {}) {}

/** Somebody else works at the stack, or a run that was killed has left its lock. */
export class StackLocked extends Schema.TaggedError<StackLocked>()("StackLocked", {
  /** What the CLI says, with the processes that hold the locks. */
  complaint: Schema.String
}) {}

/** A command of the CLI failed. */
export class CommandFailed extends Schema.TaggedError<CommandFailed>()("CommandFailed", {
  /** What it printed on its standard error. */
  complaint: Schema.String
}) {}

export type StackFailed = CliMissing | CommandFailed | StackLocked

/** A resource as the stack's state has it. */
export interface StateResource {
  readonly urn: string
  readonly type: string
  readonly protect: boolean
}

export type Listener = (event: EngineEvent) => void

/**
 * The stack of one tenant. When a function is interrupted, the engine is asked to stop, finishes what it has begun, and its
 * end is awaited.
 */
export interface TenantStack {
  /** False when there is no such stack and none was to be made. */
  readonly open: (settings: { readonly create: boolean }) => Effect.Effect<boolean, StackFailed>
  /** Writes settings beside the stack's secrets, and more secrets, which are encrypted. */
  readonly configure: (
    settings: Readonly<Record<string, string>>,
    secrets?: Readonly<Record<string, string>>
  ) => Effect.Effect<void, StackFailed>
  readonly resources: Effect.Effect<ReadonlyArray<StateResource>, StackFailed>
  readonly preview: (listen: Listener) => Effect.Effect<void, StackFailed>
  /** `checked`: by the policy pack. */
  readonly up: (options: { readonly checked: boolean }, listen: Listener) => Effect.Effect<void, StackFailed>
  /** Deletes what is not protected. */
  readonly destroy: (listen: Listener) => Effect.Effect<void, StackFailed>
  readonly unprotect: (urn: string) => Effect.Effect<void, StackFailed>
  /** Takes away the locks of runs that were killed, and asks the providers what those runs have left. */
  readonly recover: Effect.Effect<void, StackFailed>
}
