/** The ledger as three processes that a test can hurt. Tests only. */
import { freePort } from "@innkeeper/testkit"
import { Context, Deferred, Effect, Layer, Scope } from "effect"
import { spawn } from "node:child_process"
import { join } from "node:path"
import { LedgerDatabase } from "./LedgerDatabase.fixture.ts"
import type { Settings } from "./pod.fixture.ts"
import { Receiver } from "./Receiver.fixture.ts"
import { makeWire } from "./Wire.fixture.ts"

/** Starts a pod's process and waits until it is ready; the scope ends it. */
const launch = Effect.fnUntraced(function*(settings: Settings) {
  const ready = yield* Deferred.make<void>()
  const ended = yield* Deferred.make<void>()
  let output = ""
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [join(import.meta.dirname, "pod.fixture.ts"), JSON.stringify(settings)], {
        stdio: ["ignore", "pipe", "pipe"]
      })
      const collect = (chunk: Buffer) => {
        output += chunk.toString()
        if (/^ready$/m.test(output)) Deferred.doneUnsafe(ready, Effect.void)
      }
      child.stdout.on("data", collect)
      child.stderr.on("data", collect)
      child.once("close", () => {
        Deferred.doneUnsafe(ended, Effect.void)
        Deferred.doneUnsafe(ready, Effect.die(new Error(`Pod ${settings.name} ended:\n${output.slice(-4000)}`)))
      })
      return child
    }),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
  yield* Deferred.await(ready).pipe(Effect.timeoutOrElse({
    duration: "90 seconds",
    orElse: () => Effect.die(new Error(`Pod ${settings.name} is not ready:\n${output.slice(-4000)}`))
  }))
  const signal = (name: NodeJS.Signals) => Effect.sync(() => void child.kill(name))
  return { output: () => output, ended: Deferred.await(ended), signal }
})

const makePod = Effect.fnUntraced(function*(number: number, clockOffset: number) {
  const { connection, tenantId } = yield* LedgerDatabase
  const { url } = yield* Receiver
  const scope = yield* Effect.scope
  const [httpPort, listenPort] = yield* Effect.all([freePort, freePort])
  const wire = yield* makeWire(listenPort)
  const name = `pod-${number}`
  const start = (version: 1 | 2) =>
    Effect.provideService(
      launch({
        name,
        tenantId,
        receiver: url,
        database: connection,
        httpPort,
        runnerPort: wire.port,
        listenPort,
        version,
        clockOffset
      }),
      Scope.Scope,
      scope
    )
  let process = yield* start(1)
  const send = (signal: NodeJS.Signals) => Effect.suspend(() => process.signal(signal))
  const end = (signal: NodeJS.Signals) => Effect.andThen(send(signal), Effect.suspend(() => process.ended))
  return {
    name,
    url: `http://127.0.0.1:${httpPort}`,
    /** The network between it and the other pods. */
    wire,
    output: () => process.output(),
    kill: end("SIGKILL"),
    /** Asks it to end, and ends it 30 s later if it has not, as Kubernetes does. */
    stop: Effect.timeoutOrElse(end("SIGTERM"), { duration: "30 seconds", orElse: () => end("SIGKILL") }),
    freeze: send("SIGSTOP"),
    wake: send("SIGCONT"),
    start: Effect.fnUntraced(function*(version: 1 | 2 = 1) {
      process = yield* start(version)
    })
  }
})

export type Pod = Effect.Success<ReturnType<typeof makePod>>

/** What each pod said last. */
export const logs = (pods: ReadonlyArray<Pod>) =>
  pods.map(({ name, output }) => `--- ${name}\n${output().slice(-30_000)}`).join("\n")

/** The pods of one test. */
export class Pods extends Context.Service<Pods, readonly [Pod, Pod, Pod]>()("breaking/Pods") {
  /** `clockOffsets`: how wrong the clock of each is, in milliseconds. */
  static readonly layer = (clockOffsets: readonly [number, number, number] = [0, 0, 0]) =>
    Layer.effect(
      Pods,
      Effect.all([makePod(1, clockOffsets[0]), makePod(2, clockOffsets[1]), makePod(3, clockOffsets[2])], {
        concurrency: "unbounded"
      })
    ).pipe(Layer.provideMerge(Layer.merge(LedgerDatabase.layer, Receiver.layer)))
}
