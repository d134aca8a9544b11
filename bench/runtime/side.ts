import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect, References, Schema, Stream } from "effect"
import { ChildProcess } from "effect/process"
import { fileURLToPath } from "node:url"
import { DatabaseAddress } from "./BenchPostgres.ts"
import { Scale } from "./Scale.ts"

/** What a side is asked to do. */
export class Task extends Schema.Class<Task>("bench/Task")({
  address: DatabaseAddress,
  scale: Scale,
  measure: Schema.String
}) {}

const TaskText = Schema.fromJsonString(Task)

/** What a side prints before its result; a library may print what it likes before. */
const mark = "result "

/** A side did not come to its end; `output` is the end of what it printed. */
export class SideFailed extends Schema.TaggedError<SideFailed>()("SideFailed", {
  side: Schema.String,
  output: Schema.String
}) {
  override get message() {
    return `${this.side} failed. It said:\n${this.output}`
  }
}

/**
 * Runs a side to its end in a process of its own, so that no side feels the memory, the timers or the compiled code of
 * another, and gives what it measured.
 */
export const runSide = Effect.fnUntraced(function*<S extends Schema.Constraint>(options: {
  /** The program, as `import.meta.resolve` gives it. */
  readonly program: string
  readonly task: Task
  readonly result: S
  readonly profile: string | undefined
}) {
  const path = fileURLToPath(options.program)
  const profiling = options.profile === undefined
    ? []
    : ["--cpu-prof", `--cpu-prof-dir=${options.profile}`]
  const child = yield* ChildProcess.make(
    process.execPath,
    [...profiling, path, yield* Effect.orDie(Schema.encodeEffect(TaskText)(options.task))],
    { stdin: "ignore", extendEnv: true }
  )
  const output = yield* child.all.pipe(
    Stream.decodeText,
    Stream.runFold(() => "", (text, chunk) => (text + chunk).slice(-1_000_000))
  )
  const line = output.split("\n").findLast((text) => text.startsWith(mark))
  if (line === undefined) return yield* new SideFailed({ side: path, output: output.slice(-4000) })
  return yield* Effect.orDie(
    Schema.decodeEffect(Schema.fromJsonString(options.result))(line.slice(mark.length))
  )
}, Effect.scoped)

/** Without an endpoint for telemetry the product makes no spans. */
export const asStarted = Effect.provideService(References.TracerEnabled, false)

/** The main program of a side: `measure` gives what it prints for `runSide`. */
export const sideMain = <A, E>(measure: (task: Task) => Effect.Effect<A, E, NodeServices.NodeServices>) =>
  Schema.decodeEffect(TaskText)(process.argv[2] ?? "").pipe(
    Effect.flatMap(measure),
    Effect.flatMap((result) =>
      Effect.callback<void>((resume) => {
        process.stdout.write(`\n${mark}${JSON.stringify(result)}\n`, () => resume(Effect.void))
      })
    ),
    asStarted,
    // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
    Effect.provide(NodeServices.layer),
    NodeRuntime.runMain
  )
