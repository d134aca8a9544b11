import { Context, DateTime, Effect, Layer, type Scope } from "effect"

/** Something that some pod of the cluster has to do, and since when this process relies on it. */
export interface Expectation {
  readonly name: string
  readonly since: DateTime.Utc
}

/**
 * What this process relies on somebody in the cluster to do: run its singletons, keep its schedules. Health looks at these
 * and at nothing else, so that what an earlier release did is not missed.
 */
export class Expectations extends Context.Service<Expectations, {
  /** Expects it for as long as the scope is open. */
  readonly expect: (kind: "singleton" | "schedule", name: string) => Effect.Effect<void, never, Scope.Scope>
  readonly expected: (kind: "singleton" | "schedule") => Effect.Effect<ReadonlyArray<Expectation>>
}>()("runtime/Expectations") {
  static readonly layer = Layer.sync(Expectations, () => {
    const all = { singleton: new Set<Expectation>(), schedule: new Set<Expectation>() }
    return Expectations.of({
      expect: Effect.fnUntraced(function*(kind: "singleton" | "schedule", name: string) {
        const expectation: Expectation = { name, since: yield* DateTime.now }
        yield* Effect.acquireRelease(
          Effect.sync(() => all[kind].add(expectation)),
          () => Effect.sync(() => all[kind].delete(expectation))
        )
      }),
      expected: (kind) => Effect.sync(() => [...all[kind]])
    })
  })
}
