import { Effect, Option, Schema } from "effect"
import { Activity } from "effect/workflow"
import { lastState } from "./WorkflowRunStore.ts"

/** What names of activities that publish state begin with. */
export const statePrefix = "state/"

/**
 * State that a run publishes, such as its progress: whoever asks reads the last one that was stored, and the run sleeps on.
 *
 *     const Progress = runState("progress", Schema.Struct({ done: Schema.Int }))
 *     yield* Progress.publish(1, { done: 1 })
 */
export interface RunState<S extends Schema.Codec<any, any>> {
  /**
   * Stores `value` as the state from now on. `step` tells the publications of a run apart and is the same when its body
   * replays: a storage key like the name of an activity.
   */
  readonly publish: (step: string | number, value: S["Type"]) => Activity.Activity<S>
  /** The state of the run with this execution id, if it has published any. */
  readonly read: ReturnType<typeof makeRead<S>>
}

const makeRead = <S extends Schema.Codec<any, any>>(name: string, schema: S) => {
  const decode = Schema.decodeUnknownEffect(Schema.toCodecJson(schema))
  return Effect.fn("RunState.read")(function*(workflow: { readonly _tag: string }, executionId: string) {
    const stored = yield* lastState({ workflow: workflow._tag, executionId, prefix: `${statePrefix}${name}/` })
    return stored === undefined ? Option.none<S["Type"]>() : Option.some<S["Type"]>(yield* decode(stored))
  }, Effect.orDie)
}

export const runState = <S extends Schema.Codec<any, any>>(name: string, schema: S): RunState<S> => ({
  publish: (step, value) =>
    Activity.make({ name: `${statePrefix}${name}/${step}`, success: schema, execute: Effect.succeed(value) }),
  read: makeRead(name, schema)
})
