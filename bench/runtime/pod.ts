import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Deferred, Effect, Schema, type Scope, Stream } from "effect"
import { ChildProcess } from "effect/process"
import { fileURLToPath } from "node:url"
import { DatabaseAddress } from "./BenchPostgres.ts"
import { asStarted, SideFailed } from "./side.ts"

const AddressText = Schema.fromJsonString(DatabaseAddress)

/** What a pod prints when it can be used, followed by its port. */
const mark = "listening on "

/** Starts a server in a process of its own and gives its port and process id; it is stopped with the scope. */
export const startPod = Effect.fnUntraced(function*(program: string, address: DatabaseAddress) {
  const path = fileURLToPath(program)
  const child = yield* ChildProcess.make(
    process.execPath,
    [path, yield* Effect.orDie(Schema.encodeEffect(AddressText)(address))],
    { stdin: "ignore", extendEnv: true, stderr: "inherit", forceKillAfter: "5 seconds" }
  )
  const port = yield* Deferred.make<number, SideFailed>()
  // Read to its end: a pod that logs must not find its pipe full or shut.
  yield* child.stdout.pipe(
    Stream.decodeText,
    Stream.splitLines,
    Stream.runForEach((line) =>
      line.startsWith(mark) ? Deferred.succeed(port, Number(line.slice(mark.length))) : Effect.void
    ),
    Effect.ensuring(Deferred.fail(port, new SideFailed({ side: path, output: "It ended." }))),
    Effect.forkScoped
  )
  return { port: yield* Deferred.await(port), pid: child.pid }
})

/** The main program of a pod: it runs until it is told to stop. `start` gives the port that it listens on. */
export const podMain = <E>(start: (address: DatabaseAddress) => Effect.Effect<number, E, Scope.Scope>) =>
  Schema.decodeEffect(AddressText)(process.argv[2] ?? "").pipe(
    Effect.flatMap(start),
    Effect.tap((port) => Effect.sync(() => process.stdout.write(`${mark}${port}\n`))),
    Effect.andThen(Effect.never),
    Effect.scoped,
    asStarted,
    // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
    Effect.provide(NodeServices.layer),
    NodeRuntime.runMain
  )
