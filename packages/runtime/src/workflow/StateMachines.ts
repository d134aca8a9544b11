import { CurrentTenant, tenantWork } from "@innkeeper/database"
import { Context, Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { IllegalTransition, StateMachine } from "./StateMachine.ts"
import { findState, hasHad, holdState, writeState } from "./StateMachineStore.ts"

/** A transition that is being made. */
export interface Transition<State, Event> {
  readonly from: State
  readonly event: Event
  readonly to: State
  /** How many events there have been, with this one. */
  readonly version: number
}

/**
 * The states of the current tenant's things, each kept by its machine and id. SQL and decoding failures are defects.
 * @effect-expect-leaking CurrentTenant SqlClient
 */
export class StateMachines extends Context.Service<StateMachines, {
  /** The state, which is the machine's initial one when there has been no event. */
  readonly get: <State extends { readonly _tag: string }, Event extends { readonly _tag: string }>(
    machine: StateMachine<State, Event>,
    id: string
  ) => Effect.Effect<State, never, CurrentTenant>
  /**
   * Makes the transition that the event causes, and returns the new state. Of events that come at the same time one is
   * after the other.
   *
   * With a `key` an event is taken once: sent again it changes nothing and gives the present state. What `during` does
   * happens in the same transaction: it is done when the transition is, or neither is.
   */
  readonly send: <
    State extends { readonly _tag: string },
    Event extends { readonly _tag: string },
    E = never,
    R = never
  >(
    machine: StateMachine<State, Event>,
    id: string,
    event: Event,
    options?: {
      readonly key?: string
      readonly during?: (transition: Transition<State, Event>) => Effect.Effect<void, E, R>
    }
  ) => Effect.Effect<State, IllegalTransition | E, CurrentTenant | Exclude<R, SqlClient.SqlClient>>
}>()("runtime/StateMachines") {
  static readonly layer = Layer.effect(
    StateMachines,
    Effect.gen(function*() {
      const { scoped } = yield* tenantWork
      const codecs = <State, Event>(machine: {
        readonly state: Schema.Codec<State, any>
        readonly event: Schema.Codec<Event, any>
      }) => {
        const state = Schema.toCodecJson(machine.state)
        return {
          decode: (stored: Schema.Json) => Schema.decodeEffect(state)(stored),
          encode: (value: State) => Schema.encodeEffect(state)(value) as Effect.Effect<Schema.Json, Schema.SchemaError>,
          encodeEvent: (value: Event) =>
            Schema.encodeEffect(Schema.toCodecJson(machine.event))(value) as Effect.Effect<
              Schema.Json,
              Schema.SchemaError
            >
        }
      }

      const get = Effect.fn("StateMachines.get")(function*<
        State extends { readonly _tag: string },
        Event extends { readonly _tag: string }
      >(machine: StateMachine<State, Event>, id: string) {
        const { decode } = codecs(machine)
        return yield* scoped(
          Effect.flatMap(
            findState(machine.name, id),
            (row) => row === undefined ? Effect.succeed(machine.initial) : decode(row.state)
          )
        )
      })

      const send = Effect.fn("StateMachines.send")(function*<
        State extends { readonly _tag: string },
        Event extends { readonly _tag: string },
        E = never,
        R = never
      >(machine: StateMachine<State, Event>, id: string, event: Event, options: {
        readonly key?: string
        readonly during?: (transition: Transition<State, Event>) => Effect.Effect<void, E, R>
      } = {}) {
        const { decode, encode, encodeEvent } = codecs(machine)
        const { during, key } = options
        return yield* scoped(Effect.gen(function*() {
          const held = yield* holdState(machine.name, id, yield* encode(machine.initial))
          const from = yield* decode(held.state)
          if (key !== undefined && (yield* hasHad(machine.name, id, key))) return from
          const to = yield* machine.next(from, event)
          const version = held.version + 1
          yield* writeState(machine.name, id, {
            state: yield* encode(to),
            version,
            event: yield* encodeEvent(event),
            key
          })
          if (during !== undefined) yield* during({ from, event, to, version })
          return to
        }))
      })

      return StateMachines.of({ get, send })
    })
  )
}
