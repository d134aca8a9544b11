import { assert, layer } from "@effect/vitest"
import { freePort } from "@innkeeper/testkit"
import { Config, Console, DateTime, Effect, FileSystem, Schema } from "effect"
import { spawnSync } from "node:child_process"
import { delimiter, join } from "node:path"
import { version } from "../Program.ts"
import { eventually } from "./eventually.fixture.ts"
import {
  type Ended,
  isRunning,
  launch,
  launchServer,
  makeDataFolder,
  postmasterPid,
  serverProgram
} from "./process.fixture.ts"
import { openSocket, send } from "./request.fixture.ts"
import { Server, startServer } from "./server.fixture.ts"

const isRoot = process.getuid?.() === 0

/** The user that is nobody, and may write nothing (passwd(5)). */
const nobody = isRoot ? { uid: 65_534, gid: 65_534 } : {}

/** Whether that user can run the server at all: the workspace may be in a folder that only its owner enters. */
const nobodyCanRun = !isRoot || spawnSync(serverProgram[0], [serverProgram[1], "--version"], nobody).status === 0

/** Where people find npm. The workspace's own `node` is a shell script there, which keeps signals to itself. */
const pathOfUsers = Effect.map(
  Config.String("PATH"),
  (path) => path.split(delimiter).filter((folder) => !folder.includes("node_modules")).join(delimiter)
)

/** How far a start has come, and its log. */
const progress = /^(Starting |Applied |\[\d\d:)/

/** Waits for the end of a start that is refused, and gives what it said but for its progress. */
const refusal = Effect.fnUntraced(function*(started: {
  readonly ended: Effect.Effect<Ended>
  readonly output: () => string
}) {
  const { code } = yield* Effect.timeoutOrElse(started.ended, {
    duration: "120 seconds",
    orElse: () => Effect.die(new Error(`It runs:\n${started.output()}`))
  })
  assert.strictEqual(code, 1, started.output())
  return started.output().split("\n").filter((line) => line.trim() !== "" && !progress.test(line))
})

layer(Server.layer({ env: { DEMO: "true" } }), { excludeTestServices: true, timeout: "170 seconds" })(
  "The server's process",
  (it) => {
    it.effect("says where it is, how to get in, and how to fire an alert", () =>
      Effect.gen(function*() {
        const server = yield* Server
        const said = server.logs()
        assert.include(said, `Open       ${server.url}\n`)
        const [, email, password] = /Sign in +(\S+) +password: (\S+)/.exec(said) ?? assert.fail(said)
        const session = yield* server.signIn(email ?? "", password ?? "")
        const me = yield* server.ok("GET", "/api/v1/session", { headers: session })
        assert.strictEqual((me.json as { user: { role: string } }).user.role, "admin")

        const [, url, body] = /curl -X POST (\S+) -H 'content-type: application\/json' -d '([^']+)'/.exec(said) ??
          assert.fail(said)
        const accepted = yield* send("POST", url ?? "", { body })
        assert.strictEqual(accepted.status, 202, accepted.text)
      }))

    it.effect("is ready, and alive", () =>
      Effect.gen(function*() {
        const server = yield* Server
        assert.strictEqual((yield* server.call("GET", "/health/ready")).status, 200)
        assert.strictEqual((yield* server.call("GET", "/health/live")).status, 200)
      }))

    it.effect("lets its owner alone read its secrets", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const { dataFolder } = yield* Server
        for (const file of ["secrets.json", "cli.json"]) {
          const { mode } = yield* fs.stat(join(dataFolder, file))
          assert.strictEqual(mode & 0o777, 0o600, file)
        }
      }))

    it.effect("refuses a second start on its data folder, in one sentence, and goes on", () =>
      Effect.gen(function*() {
        const server = yield* Server
        const second = yield* launchServer({
          INNKEEPER_DATA: server.dataFolder,
          PORT: String(yield* freePort),
          DEMO: "false"
        })
        assert.deepStrictEqual(yield* refusal(second), [
          `Another Innkeeper is running on ${server.dataFolder}: stop it, or set INNKEEPER_DATA to another folder.`
        ])
        assert.strictEqual((yield* server.call("GET", "/api/v1/session")).status, 401)
      }))

    it.effect("refuses a taken port, in one sentence, and leaves nothing running", () =>
      Effect.gen(function*() {
        const { port } = yield* Server
        const dataFolder = yield* makeDataFolder
        const second = yield* launchServer({ INNKEEPER_DATA: dataFolder, PORT: String(port), DEMO: "false" })
        const said = yield* refusal(second)
        assert.lengthOf(said, 1, said.join("\n"))
        assert.include(
          said[0] ?? "",
          `Another program listens on port ${port} of 127.0.0.1: stop it, or choose another`
        )
        assert.isFalse(isRunning(yield* postmasterPid(dataFolder)))
      }))

    it.effect("refuses a provisioner whose program is not there, in one sentence", () =>
      Effect.gen(function*() {
        const started = yield* launchServer({
          INNKEEPER_DATA: yield* makeDataFolder,
          PORT: String(yield* freePort),
          DEMO: "false",
          PROVISIONER: "pulumi",
          PROVISIONER_PROGRAM: "missing/provision.ts"
        })
        const said = yield* refusal(started)
        assert.lengthOf(said, 1, said.join("\n"))
        assert.include(said[0] ?? "", "There is no file missing/provision.ts, which PROVISIONER_PROGRAM names")
      }))

    it.effect("refuses a wrong environment with all that is wrong, and no secret", () =>
      Effect.gen(function*() {
        const dataFolder = yield* makeDataFolder
        const started = yield* launchServer({
          INNKEEPER_DATA: dataFolder,
          PORT: "eighty",
          DATABASE_POOL: "1",
          SMTP_URL: "ftp://user:geheim@example.com",
          INNKEEPER_ADMIN_TOKEN: "short",
          INNKEEPER_DATE: "misspelt"
        })
        const said = yield* refusal(started)
        for (const name of ["PORT", "DATABASE_POOL", "SMTP_URL", "INNKEEPER_ADMIN_TOKEN", "INNKEEPER_DATE"]) {
          assert.isTrue(said.some((line) => line.startsWith(`  ${name}: `)), `${name} in\n${said.join("\n")}`)
        }
        assert.notInclude(said.join("\n"), "geheim")
        assert.notInclude(said.join("\n"), "short")
        // The head, one line for each, and where to read on.
        assert.lengthOf(said, 7, said.join("\n"))
        const fs = yield* FileSystem.FileSystem
        assert.deepStrictEqual(yield* fs.readDirectory(dataFolder), [])
      }))

    it.effect("refuses production without its secrets", () =>
      Effect.gen(function*() {
        const said = yield* refusal(
          yield* launchServer({ INNKEEPER_ENV: "production", INNKEEPER_DATA: yield* makeDataFolder })
        )
        for (const name of ["PUBLIC_URL", "SMTP_URL", "EMAIL_FROM", "INNKEEPER_ADMIN_TOKEN", "INNKEEPER_SECRET"]) {
          assert.isTrue(said.some((line) => line.startsWith(`  ${name}: is not set`)), `${name} in\n${said.join("\n")}`)
        }
      }))

    it.effect("knows its version, and no options but those it has", () =>
      Effect.gen(function*() {
        const [node, main] = serverProgram
        const asked = yield* launch(node, [main, "--version"])
        assert.strictEqual((yield* asked.ended).code, 0)
        assert.strictEqual(asked.output().trim(), version)
        const misspelt = yield* launch(node, [main, "--verison"])
        assert.strictEqual((yield* misspelt.ended).code, 2)
        assert.include(misspelt.output(), "There is no option --verison.")
      }))

    it.effect("ends as npm start, with all that it started, when npm is told to", () =>
      Effect.gen(function*() {
        const dataFolder = yield* makeDataFolder
        const port = yield* freePort
        const npm = yield* launch("npm", ["start"], {
          PATH: yield* pathOfUsers,
          PORT: String(port),
          INNKEEPER_DATA: dataFolder
        })
        yield* eventually("the server says how to stop it", Effect.sync(npm.output), (said) =>
          said.includes("Ctrl-C stops everything"))
        const postgres = yield* postmasterPid(dataFolder)
        assert.isTrue(isRunning(postgres))
        // As a supervisor does that knows of npm alone.
        yield* npm.signal("SIGTERM")
        yield* npm.ended
        assert.include(npm.output(), "Stopping")
        assert.isFalse(isRunning(postgres))
      }))

    it.effect.skipIf(!nobodyCanRun)(
      `refuses a folder that it may not write to, in one sentence${
        nobodyCanRun ? "" : " (skipped: the user nobody cannot enter the folder of this workspace)"
      }`,
      () =>
        Effect.gen(function*() {
          const fs = yield* FileSystem.FileSystem
          const [node, main] = serverProgram
          const folder = yield* makeDataFolder
          // Root may write anywhere, so there it is another user that tries.
          if (!isRoot) yield* fs.chmod(folder, 0o555)
          for (const dataFolder of [folder, join(folder, "inner"), "/proc/innkeeper"]) {
            const started = yield* launch(
              node,
              [main],
              { INNKEEPER_DATA: dataFolder, PORT: String(yield* freePort), DEMO: "false" },
              nobody
            )
            assert.deepStrictEqual(yield* refusal(started), [
              `Innkeeper may not write to ${dataFolder}: give it to the user that starts Innkeeper, or set ` +
              "INNKEEPER_DATA to another folder."
            ])
          }
          if (!isRoot) yield* fs.chmod(folder, 0o755)
        })
    )

    // The last one: it ends the server that the others use.
    it.effect("ends soon after Ctrl-C, PostgreSQL too, and starts again with what it had", () =>
      Effect.gen(function*() {
        const server = yield* Server
        const postgres = yield* postmasterPid(server.dataFolder)
        assert.isTrue(isRunning(postgres))
        // A browser that stays open must not keep the server.
        const { cookie } = yield* server.signIn("ines@lakeside.example.com", server.password)
        assert.include(yield* openSocket(`${server.url}/rpc`, { cookie }), "101 Switching Protocols")
        const began = yield* DateTime.now
        const { code } = yield* server.interrupt
        const seconds = (DateTime.toEpochMillis(yield* DateTime.now) - DateTime.toEpochMillis(began)) / 1000
        assert.isBelow(seconds, 30, "It has 10 seconds for open requests, and PostgreSQL's fast shutdown")
        yield* Console.log(`Stopped ${seconds} s after Ctrl-C, with a browser open`)
        assert.include([0, 130], code)
        assert.isFalse(isRunning(postgres))

        const again = yield* startServer({ dataFolder: server.dataFolder, env: { DEMO: "true" } })
        yield* Console.log(/Innkeeper is ready after [\d.]+ s/.exec(again.logs())?.[0], "(second start)")
        assert.notInclude(again.logs(), "Loading the demonstration")
        assert.notInclude(again.logs(), "Applied ")
        assert.strictEqual(again.password, server.password)
        const session = yield* again.signIn("ines@lakeside.example.com", again.password)
        const { json } = yield* again.ok("GET", "/api/v1/users", { headers: session })
        assert.lengthOf(yield* Effect.orDie(Schema.decodeUnknownEffect(Schema.Array(Schema.Unknown))(json)), 6)
        const second = yield* postmasterPid(again.dataFolder)
        yield* again.stop
        assert.isFalse(isRunning(second))
      }))
  }
)
