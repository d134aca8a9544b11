import { Effect, Schema } from "effect"

interface Tagged {
  readonly _tag: string
}

/** What follows a state upon an event; what is not listed is not allowed. Pure: it decides and does nothing. */
export type Transitions<State extends Tagged, Event extends Tagged> = {
  readonly [From in State["_tag"]]: {
    readonly [On in Event["_tag"]]?: (
      state: Extract<State, { readonly _tag: From }>,
      event: Extract<Event, { readonly _tag: On }>
    ) => State
  }
}

/** The event is not allowed in the state that the machine is in; nothing was changed. */
export class IllegalTransition extends Schema.TaggedError<IllegalTransition>()(
  "IllegalTransition",
  { machine: Schema.String, state: Schema.String, event: Schema.String },
  { httpApiStatus: 409 }
) {
  override get message() {
    return `${this.machine}: ${this.event} is not allowed in the state ${this.state}`
  }
}

/** States, events, and what leads from one to the other. */
export interface StateMachine<State extends Tagged, Event extends Tagged> {
  /** A storage key, such as `shop/Order`. */
  readonly name: string
  readonly state: Schema.Codec<State, any>
  readonly event: Schema.Codec<Event, any>
  /** The state of what has had no event yet. */
  readonly initial: State
  /** The state after an event. */
  readonly next: (state: State, event: Event) => Effect.Effect<State, IllegalTransition>
}

/** Transitions, looked up by what is known at run time only. */
type Table<State, Event> = Readonly<
  Record<string, Readonly<Record<string, ((state: State, event: Event) => State) | undefined>>>
>

/** Declares a state machine. The kinds of states and events are the `_tag`s of their schemas. */
export const stateMachine = <State extends Tagged, Event extends Tagged>(options: {
  readonly name: string
  readonly state: Schema.Codec<State, any>
  readonly event: Schema.Codec<Event, any>
  readonly initial: NoInfer<State>
  readonly transitions: NoInfer<Transitions<State, Event>>
}): StateMachine<State, Event> => {
  const { transitions, ...machine } = options
  const table = transitions as unknown as Table<State, Event>
  return {
    ...machine,
    next: (state, event) => {
      const transition = table[state._tag]?.[event._tag]
      return transition === undefined
        ? Effect.fail(new IllegalTransition({ machine: machine.name, state: state._tag, event: event._tag }))
        : Effect.sync(() => transition(state, event))
    }
  }
}
