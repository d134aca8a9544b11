import { NodeFileSystem } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { freePort } from "@innkeeper/testkit"
import { Effect, Schedule } from "effect"
import { createServer } from "node:http"
import { join } from "node:path"
import { programFolder } from "../Program.ts"
import { isRunning, launch, makeDataFolder, postmasterPid } from "./process.fixture.ts"
import { send } from "./request.fixture.ts"

const main = join(programFolder, "apps/server/src/cluster/main.ts")

/** What `npm run cluster` runs. */
const script = join(programFolder, "tools/cluster.mjs")

const commandLine = join(programFolder, "apps/cli/src/main.ts")

/** Waits until the output has what is looked for, so many times. */
const said = (output: () => string, pattern: RegExp, times = 1) =>
  Effect.sync(() => [...output().matchAll(pattern)]).pipe(
    Effect.repeat({ until: (found) => found.length >= times, schedule: Schedule.spaced("100 millis") }),
    Effect.timeoutOrElse({
      duration: "150 seconds",
      orElse: () => Effect.die(new Error(`It does not say ${String(pattern)}:\n${output()}`))
    })
  )

layer(NodeFileSystem.layer, { excludeTestServices: true })("several servers on one database", (it) => {
  it.effect("answer at one address while one of them is killed and comes back, and end together", () =>
    Effect.gen(function*() {
      const dataFolder = yield* makeDataFolder
      const port = yield* freePort
      const cluster = yield* launch(process.execPath, [main, "2"], { INNKEEPER_DATA: dataFolder, PORT: String(port) })
      yield* said(cluster.output, /Ctrl-C stops everything/g)
      const [alertUrl = ""] = /http:\S+\/in\/\S+/.exec(cluster.output()) ?? []
      assert.isTrue(alertUrl.startsWith(`http://127.0.0.1:${port}/`), cluster.output())
      const pids = [...cluster.output().matchAll(/^ +Pod \d +pid (\d+)/gm)].map(([, pid]) => Number(pid))
      assert.lengthOf(pids, 2)

      const [, found] = /^ +INNKEEPER_DATA=(\S+) npm run innkeeper -- cluster pods$/m.exec(cluster.output()) ?? []
      const asked = yield* launch(process.execPath, [commandLine, "cluster", "pods"], { INNKEEPER_DATA: `${found}` })
      assert.strictEqual((yield* asked.ended).code, 0, asked.output())
      assert.lengthOf([...asked.output().matchAll(/ healthy /g)], 2)

      const alert = (summary: string) =>
        Effect.map(send("POST", alertUrl, { json: { summary, priority: "critical" } }), ({ status }) => status)
      assert.strictEqual(yield* alert("Both are there"), 202)
      process.kill(pids[0]!, "SIGKILL")
      yield* said(cluster.output, /Pod 1 \(pid \d+\) ended/g)
      assert.strictEqual(yield* alert("One is there"), 202)
      yield* said(cluster.output, /Pod 1 is ready/g, 2)
      assert.strictEqual(yield* alert("Both are there again"), 202)

      const postgres = yield* postmasterPid(dataFolder)
      assert.isTrue(isRunning(postgres))
      const [again] = [...cluster.output().matchAll(/Pod 1 starts: pid (\d+)/g)].slice(-1)
      yield* cluster.signal("SIGINT")
      yield* cluster.ended
      for (const pid of [postgres, pids[1]!, Number(again?.[1])]) assert.isFalse(isRunning(pid), `${pid} runs`)
    }))

  it.effect("end when what started them is killed, and leave a data folder that the next ones start on", () =>
    Effect.gen(function*() {
      const env = { INNKEEPER_DATA: yield* makeDataFolder, PORT: String(yield* freePort) }
      const started = yield* launch(process.execPath, [script, "1"], env)
      yield* said(started.output, /Ctrl-C stops everything/g)
      const [, pod] = /Pod 1 starts: pid (\d+)/.exec(started.output()) ?? []
      yield* started.signal("SIGKILL")
      yield* Effect.sync(() => isRunning(Number(pod))).pipe(
        Effect.repeat({ until: (runs) => !runs, schedule: Schedule.spaced("100 millis") })
      )
      const cluster = yield* launch(process.execPath, [main, "1"], env)
      yield* said(cluster.output, /Ctrl-C stops everything/g)
      const [, orphan] = /Pod 1 starts: pid (\d+)/.exec(cluster.output()) ?? []
      yield* cluster.signal("SIGKILL")
      yield* Effect.sync(() => isRunning(Number(orphan))).pipe(
        Effect.repeat({ until: (runs) => !runs, schedule: Schedule.spaced("100 millis") })
      )
    }))

  it.effect("say in one sentence that their port is taken, or that they cannot be that many", () =>
    Effect.gen(function*() {
      const dataFolder = yield* makeDataFolder
      const taken = createServer()
      yield* Effect.acquireRelease(
        Effect.callback<void>((resume) => void taken.listen(0, "127.0.0.1", () => resume(Effect.void))),
        () => Effect.sync(() => taken.close())
      )
      const address = taken.address()
      const port = typeof address === "object" ? address?.port : 0
      const env = { INNKEEPER_DATA: dataFolder, PORT: String(port) }
      const first = yield* launch(process.execPath, [script], env)
      assert.strictEqual((yield* first.ended).code, 1)
      assert.include(first.output(), `Another program listens on port ${port} of 127.0.0.1: stop it, or choose another`)
      assert.strictEqual(yield* postmasterPid(dataFolder), 0)
      const many = yield* launch(process.execPath, [script, "30"], env)
      assert.strictEqual((yield* many.ended).code, 2)
      assert.include(many.output(), "from 1 to 9")
    }))
})
