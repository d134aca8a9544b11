import { Context, Deferred, Duration, Effect, Exit, Fiber, Layer, Metric, Option, Schema, type Scope } from "effect"

/** A dependency does not do what it should. The reason is shown to everybody: it names no secret and no tenant. */
export class Unhealthy extends Schema.TaggedError<Unhealthy>()("Unhealthy", { reason: Schema.String }) {}

/** How to find out whether this process can work with something it depends on. */
export interface HealthCheck<R = never> {
  readonly name: string
  /** Whether the process can serve nobody without it. Otherwise the process is degraded. */
  readonly required: boolean
  /** Longer than this counts as a failure; 2 s if not given. */
  readonly timeout?: Duration.Input
  readonly check: Effect.Effect<unknown, Unhealthy, R>
}

const HealthStatus = Schema.Literals(["ok", "degraded", "down"])

/** One dependency as it is now. */
export class DependencyHealth extends Schema.Class<DependencyHealth>("runtime/DependencyHealth")({
  name: Schema.String,
  status: HealthStatus,
  /** How long its check took. */
  milliseconds: Schema.Finite,
  reason: Schema.optionalKey(Schema.String)
}) {}

/** This process and what it depends on. */
export class HealthReport extends Schema.Class<HealthReport>("runtime/HealthReport")({
  /** The worst of the dependencies. */
  status: HealthStatus,
  /** Whether requests should come here: no required dependency is down and the process is not stopping. */
  ready: Schema.Boolean,
  stopping: Schema.Boolean,
  dependencies: Schema.Array(DependencyHealth)
}) {}

/** How old an answer may be, so that many askers cost one look. */
const freshness = Duration.seconds(1)

const up = Metric.gauge("health_dependency_up", {
  description: "1 for a dependency that works, 0 for one that does not"
})

/** Knows what this process depends on and whether it works. */
export class Health extends Context.Service<Health, {
  /** Adds a dependency for as long as the scope is open. */
  readonly register: (check: HealthCheck) => Effect.Effect<void, never, Scope.Scope>
  readonly report: Effect.Effect<HealthReport>
  /** For as long as the scope is open this process cannot help itself: it should be restarted. */
  readonly stuck: (reason: string) => Effect.Effect<void, never, Scope.Scope>
  /** Why this process should be restarted, each reason once; none while it should not. */
  readonly reasonsToRestart: Effect.Effect<ReadonlyArray<string>>
  /** From now on the process is not ready, and after `grace` it is `closing`. */
  readonly stop: (grace: Duration.Input) => Effect.Effect<void>
  /** Ends when requests that have no end of their own, such as live feeds, have to end. */
  readonly closing: Effect.Effect<void>
}>()("runtime/Health") {
  static readonly layer = Layer.effect(
    Health,
    Effect.gen(function*() {
      const scope = yield* Effect.scope
      const checks = new Set<HealthCheck>()
      const stuck = new Set<{ readonly reason: string }>()
      const closing = yield* Deferred.make<void>()
      let stopping = false

      const dependencies = yield* Effect.suspend(() =>
        Effect.forEach(checks, examine(scope), { concurrency: "unbounded" })
      )
        .pipe(Effect.cachedWithTTL((exit) => Exit.isSuccess(exit) ? freshness : Duration.zero))

      return Health.of({
        register: (check) =>
          Effect.acquireRelease(
            Effect.sync(() => checks.add(check)),
            () => Effect.sync(() => checks.delete(check))
          ),
        report: Effect.map(dependencies, (dependencies) => {
          const status = worst(dependencies)
          return new HealthReport({ status, ready: status !== "down" && !stopping, stopping, dependencies })
        }),
        stuck: (reason) =>
          Effect.asVoid(
            Effect.acquireRelease(
              Effect.sync(() => {
                const entry = { reason }
                stuck.add(entry)
                return entry
              }),
              (entry) => Effect.sync(() => stuck.delete(entry))
            )
          ),
        reasonsToRestart: Effect.sync(() => [...new Set(Array.from(stuck, ({ reason }) => reason))]),
        stop: Effect.fnUntraced(function*(grace: Duration.Input) {
          stopping = true
          yield* Effect.sleep(grace)
          yield* Deferred.succeed(closing, undefined)
        }),
        closing: Deferred.await(closing)
      })
    })
  )

  /** Registers a dependency of this process. */
  static readonly check = <R>(check: HealthCheck<R>) =>
    Layer.effectDiscard(Effect.gen(function*() {
      const { register } = yield* Health
      const context = yield* Effect.context<R>()
      yield* register({ ...check, check: Effect.provideContext(check.check, context) })
    }))

  /**
   * Makes readiness fall before anything else stops: build it last. The rest waits for `grace`, in which load balancers
   * notice and send their requests elsewhere.
   */
  static readonly stopFirst = (grace: Duration.Input) =>
    Layer.effectDiscard(
      Effect.flatMap(Health, ({ stop }) => Effect.acquireRelease(Effect.void, () => stop(grace)))
    )
}

const worst = (dependencies: ReadonlyArray<DependencyHealth>) =>
  dependencies.some(({ status }) => status === "down")
    ? "down"
    : dependencies.some(({ status }) => status === "degraded")
    ? "degraded"
    : "ok"

/** What is wrong, if anything. A check that does not let itself be interrupted is left behind. */
const problemOf = Effect.fnUntraced(function*({ check, name, timeout = "2 seconds" }: HealthCheck, scope: Scope.Scope) {
  const running = yield* check.pipe(
    Effect.as(Option.none<string>()),
    Effect.catchTag("Unhealthy", ({ reason }) => Effect.succeedSome(reason)),
    Effect.catchDefect((defect) =>
      Effect.as(Effect.logWarning(`The health check of ${name} failed`, defect), Option.some("failed"))
    ),
    Effect.forkIn(scope)
  )
  return yield* Effect.timeoutOrElse(Fiber.join(running), {
    duration: timeout,
    orElse: () =>
      Effect.sync(() => {
        running.interruptUnsafe()
        return Option.some("no answer in time")
      })
  })
})

const examine = (scope: Scope.Scope) =>
  Effect.fnUntraced(function*(check: HealthCheck) {
    const { name, required } = check
    const [duration, problem] = yield* Effect.timed(problemOf(check, scope))
    yield* Metric.update(Metric.withAttributes(up, { name }), Option.isNone(problem) ? 1 : 0)
    return new DependencyHealth({
      name,
      status: Option.isNone(problem) ? "ok" : required ? "down" : "degraded",
      milliseconds: Duration.toMillis(duration),
      ...Option.match(problem, { onNone: () => ({}), onSome: (reason) => ({ reason }) })
    })
  })
