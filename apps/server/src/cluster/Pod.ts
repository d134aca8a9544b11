import { Clock, Console, Effect, FileSystem, Stream } from "effect"
import { ChildProcess } from "effect/process"
import { join } from "node:path"
import { programFolder } from "../Program.ts"
import { type Target, untilStuck, watch } from "./Balancer.ts"

/** One server process of the cluster. */
export interface Pod {
  /** Counted from 1. */
  readonly number: number
  readonly target: Target
  readonly runnerPort: number
  /** Where its output goes. */
  readonly log: string
  pid: number
}

const restartAfter = "5 seconds"

/** Runs a pod's process until it ends, or says that it should be restarted, and gives how it did. */
const runOnce = Effect.fnUntraced(
  function*(pod: Pod, env: Readonly<Record<string, string>>) {
    const fs = yield* FileSystem.FileSystem
    const child = yield* ChildProcess.make(process.execPath, [
      join(programFolder, "apps/server/src/cluster/podMain.ts")
    ], {
      extendEnv: true,
      env: {
        ...env,
        HOST: pod.target.host,
        PORT: String(pod.target.port),
        RUNNER_HOST: "127.0.0.1",
        RUNNER_PORT: String(pod.runnerPort)
      },
      // Nothing is ever written: it is open as long as this process lives.
      stdin: Stream.never,
      forceKillAfter: "15 seconds"
    })
    pod.pid = child.pid
    yield* Console.log(`Pod ${pod.number} starts: pid ${child.pid}, port ${pod.target.port}`)
    yield* Effect.forkScoped(Stream.run(child.all, fs.sink(pod.log, { flag: "a" })))
    const end = Effect.match(child.exitCode, {
      onSuccess: (code) => `with code ${code}`,
      onFailure: () => "by a signal"
    })
    const stuck = Effect.as(untilStuck(pod.target), "as it asked to be restarted")
    return yield* Effect.raceFirst(end, stuck)
  },
  Effect.scoped
)

/**
 * Keeps one pod running for ever: what ends is started again after 5 s, so that others have time to take its work. Tells
 * on the terminal what becomes of it.
 */
export const keepPod = Effect.fnUntraced(function*(pod: Pod, env: Readonly<Record<string, string>>) {
  let began = yield* Clock.currentTimeMillis
  const tell = (ready: boolean) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      Console.log(
        ready
          ? `Pod ${pod.number} is ready after ${((now - began) / 1000).toFixed(1)} s`
          : `Pod ${pod.number} gets no requests now`
      ))
  yield* Effect.forkScoped(watch(pod.target, tell))
  return yield* Effect.forever(Effect.gen(function*() {
    began = yield* Clock.currentTimeMillis
    const end = yield* runOnce(pod, env)
    pod.target.ready = false
    yield* Console.log(`Pod ${pod.number} (pid ${pod.pid}) ended ${end}; it starts again in 5 s. Its log: ${pod.log}`)
    yield* Effect.sleep(restartAfter)
  }))
})
