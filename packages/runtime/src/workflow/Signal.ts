import { Effect, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import type { SqlClient } from "effect/sql"
import { DurableDeferred, type Workflow, type WorkflowEngine } from "effect/workflow"
import { signalsOf } from "./SignalStore.ts"

/** The run that a signal is for. */
export interface SignalTarget {
  readonly workflow: Workflow.Any
  readonly executionId: string
}

/**
 * Values that a run is sent one after the other, such as the lines that are added to an order while it waits. Each is kept
 * until the run takes it, also when it came before the run asked, and while no pod works.
 *
 * For something that happens once a `DurableDeferred` is enough.
 */
export interface Signal<S extends Schema.Codec<any, any>> {
  /**
   * In the body: waits for the `number`-th value, from 1. To wait no longer than some time, or for one of several signals,
   * put it into `DurableDeferred.raceAll`.
   */
  readonly receive: (
    number: number
  ) => Effect.Effect<S["Type"], never, WorkflowEngine.WorkflowEngine | WorkflowEngine.WorkflowInstance>
  /**
   * Sends a value, and is done when it is stored. With the same `id` a run is sent it once, however often the sender tries;
   * without one each call sends. Returns which value of the run it is, from 1.
   */
  readonly send: (
    to: SignalTarget,
    value: S["Type"],
    options?: { readonly id?: string }
  ) => Effect.Effect<number, never, WorkflowEngine.WorkflowEngine | SqlClient.SqlClient>
}

interface Sent<A> {
  readonly id: string
  readonly value: A
}

/** Declares a signal. `name` is a storage key, unique in the workflows that receive it. */
export const signal = <S extends Schema.Codec<any, any>>(name: string, schema: S): Signal<S> => {
  const sent = Schema.Struct({ id: Schema.String, value: schema }) as Schema.Codec<Sent<S["Type"]>, any>
  const place = (number: number) => DurableDeferred.make(`${name}/${number}`, { success: sent })

  /** Of those who take the same place the database takes one; the others find its id there and go on to the next. */
  const send: Signal<S>["send"] = Effect.fn("Signal.send")(function*(to, value, options = {}) {
    const id = options.id ?? SecureRandom.uuidV7Unsafe()
    let taken = yield* signalsOf({ workflow: to.workflow._tag, executionId: to.executionId, name })
    while (!taken.includes(id)) {
      const next = place(taken.length + 1)
      const token = DurableDeferred.tokenFromExecutionId(next, to)
      yield* DurableDeferred.succeed(next, { token, value: { id, value } })
      taken = yield* signalsOf({ workflow: to.workflow._tag, executionId: to.executionId, name })
    }
    return taken.indexOf(id) + 1
  }, Effect.orDie)

  return {
    receive: (number) => Effect.map(DurableDeferred.await(place(number)), ({ value }) => value),
    send
  }
}
