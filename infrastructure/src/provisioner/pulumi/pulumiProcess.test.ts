import { NodeServices } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Context, Effect, FileSystem, Layer } from "effect"
import { ChildProcess } from "effect/process"
import { hostname } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { cloudInput, selfhostedInput } from "../../testing/environments.fixture.ts"
import { configuration } from "../../testing/mocks.fixture.ts"
import { eventsOf, lastOf, requestOf, serve, type Served } from "../../testing/provisionProcess.fixture.ts"
import { tenantInput } from "../../testing/tenants.fixture.ts"

const standIn = fileURLToPath(new URL("../../testing/pulumiStandIn.fixture.ts", import.meta.url))

/** What the CLI answers in the same way always is answered at once, and not recorded. */
const shim = `#!/bin/sh
case "$1 $2" in
  "version "*) echo v3.270.0 ;;
  "stack output") echo "{}" ;;
  "stack history") echo "[]" ;;
  *) exec "${process.execPath}" "${standIn}" "$@" ;;
esac
`

/** One call of the CLI. */
interface Call {
  readonly args: ReadonlyArray<string>
  readonly backend: string
  readonly project: { readonly name: string; readonly main: string }
  readonly configuration: { readonly config: Readonly<Record<string, unknown>> }
  readonly folder: string
}

/** A folder for what the stacks' programs registered, which depends on nothing but the files that they read. */
class Programs extends Context.Service<Programs, string>()("pulumiProcess/Programs") {
  static readonly layer = Layer.effect(
    Programs,
    Effect.flatMap(FileSystem.FileSystem, (fs) => Effect.orDie(fs.makeTempDirectoryScoped()))
  ).pipe(Layer.provideMerge(NodeServices.layer))
}

/** A machine with the stand-in for Pulumi's CLI on its path. */
const machine = Effect.fnUntraced(function*(mode: "selfhosted" | "cloud") {
  const fs = yield* FileSystem.FileSystem
  const home = yield* fs.makeTempDirectoryScoped()
  const write = (name: string, content: string, mode = 0o600) => fs.writeFileString(join(home, name), content, { mode })
  yield* fs.makeDirectory(join(home, "bin"))
  yield* fs.makeDirectory(join(home, "secrets"))
  yield* fs.makeDirectory(join(home, "tmp"))
  yield* write("bin/pulumi", shim, 0o755)
  yield* write("environment.yaml", JSON.stringify(mode === "cloud" ? cloudInput : selfhostedInput))
  yield* write(
    "secrets/_tenant.yaml",
    JSON.stringify({
      secretsprovider: "awskms://alias/innkeeper?region=eu-central-1",
      encryptedkey: "a2V5",
      config: Object.fromEntries(Object.keys(configuration).map((key) => [`innkeeper:${key}`, { secure: "v1:sealed" }]))
    })
  )
  const read = <A>(name: string) =>
    Effect.map(
      Effect.orElseSucceed(fs.readFileString(join(home, name)), () => ""),
      (text): ReadonlyArray<A> => text.split("\n").filter(Boolean).map((line) => JSON.parse(line))
    )
  const args = ["--adapter", "pulumi", "--environment", join(home, "environment.yaml")]
  const env = {
    PATH: `${join(home, "bin")}:${dirname(process.execPath)}:/usr/bin:/bin`,
    STAND_IN: home,
    STAND_IN_PROGRAMS: yield* Programs,
    TMPDIR: join(home, "tmp"),
    PULUMI_BACKEND_URL: "file:///state",
    PULUMI_SECRETS_PROVIDER: "awskms://alias/innkeeper?region=eu-central-1"
  }
  return {
    home,
    env,
    behave: (behaviour: object) => write("behaviour.json", JSON.stringify(behaviour)),
    /** Calls since the last time, without what only asks. */
    calls: Effect.gen(function*() {
      const calls = yield* read<Call>("calls.jsonl")
      yield* write("calls.jsonl", "")
      return calls
    }),
    /** Names of what the stand-in has made. */
    made: Effect.map(
      read<Record<string, ReadonlyArray<{ readonly urn: string; readonly type: string }>>>("state.json"),
      ([stacks]) =>
        (stacks?.["acme"] ?? []).flatMap(({ type, urn }) =>
          type.startsWith("pulumi:") || type.startsWith("innkeeper:") ? [] : [urn.split("::").at(-1)!]
        )
    ),
    leftBehind: fs.readDirectory(join(home, "tmp")),
    ask: (changes: Readonly<Record<string, unknown>> = {}, closeAt?: string) =>
      serve({
        args,
        env,
        input: JSON.stringify(requestOf({ config: tenantInput("isolated", mode), ...changes })),
        ...(closeAt !== undefined && { closeAt })
      })
  }
})

const tagsOf = (served: Served) => [...new Set(eventsOf(served).map(({ _tag }) => _tag))]
const verbsOf = (calls: ReadonlyArray<Call>) =>
  calls.map(({ args: [verb, sub] }) =>
    verb === "stack" || verb === "config" || verb === "state" ? `${verb} ${sub}` : verb
  )
const changesOf = (served: Served) => eventsOf(served).flatMap((event) => event._tag === "Planned" ? event.changes : [])

const recordOf = (served: Served) => {
  const last = lastOf(served)
  assert.strictEqual(served.code, 0, served.lines.at(-1))
  return last._tag === "Done" ? last.record : assert.fail(served.lines.at(-1)!)
}

const failureOf = (served: Served) => {
  const last = lastOf(served)
  assert.strictEqual(served.code, 1, served.log)
  return last._tag === "Failed" ? last : assert.fail(served.lines.at(-1)!)
}

describe("the process of a provisioner with Pulumi's engine, against a stand-in for the CLI", () =>
  layer(Programs.layer)((it) => {
    it.effect(
      "makes a stack, says what changes, does it under the policy pack; the second time it does nothing",
      () =>
        Effect.gen(function*() {
          const { ask, calls, home, leftBehind, made } = yield* machine("selfhosted")
          const first = yield* ask()
          const record = recordOf(first)
          assert.deepStrictEqual(tagsOf(first), ["Planned", "Progress", "Done"])
          assert.deepInclude(lastOf(first), { adapter: "pulumi", url: "https://acme.innkeeper.example" })
          assert.sameMembers([...yield* made], changesOf(first).map(({ name }) => name))
          assert.isTrue(changesOf(first).some(({ kind }) => kind === "Password"))
          const progress = eventsOf(first).flatMap((event) => event._tag === "Progress" ? [event] : [])
          assert.deepInclude(progress.at(-1), { done: changesOf(first).length, total: changesOf(first).length })

          const done = yield* calls
          assert.deepStrictEqual(
            verbsOf(done),
            [
              "stack select",
              "stack init",
              "stack export",
              "preview",
              "up"
            ]
          )
          const init = done.find(({ args }) => args[1] === "init")
          assert.includeMembers([...init?.args ?? []], [
            "acme",
            "--secrets-provider",
            "awskms://alias/innkeeper?region=eu-central-1"
          ])
          for (const { args, backend, configuration, folder, project } of done) {
            assert.strictEqual(backend, "file:///state")
            assert.isTrue(folder.startsWith(home))
            assert.isTrue(args.includes("--non-interactive"))
            assert.strictEqual(project.name, "innkeeper")
            assert.match(project.main, /^\/.*\/programs\/tenant\/index\.ts$/)
            assert.deepStrictEqual(configuration.config["innkeeper:smtpUrl"], { secure: "v1:sealed" })
          }
          for (const { args } of done.filter(({ args: [verb] }) => verb === "preview" || verb === "up")) {
            assert.match(args[args.indexOf("--policy-pack") + 1] ?? "", /\/src\/policy\/pack$/)
          }

          const second = yield* ask({ before: record })
          assert.deepStrictEqual(eventsOf(second)[0], { _tag: "Planned", changes: [] })
          assert.deepStrictEqual(lastOf(second), lastOf(first))
          assert.notInclude(verbsOf(yield* calls), "up")

          const suspended = yield* ask({ before: record, service: "suspended" })
          assert.deepStrictEqual(changesOf(suspended).map(({ action, kind }) => `${action} ${kind}`), [
            "update Deployment",
            "delete HorizontalPodAutoscaler"
          ])
          assert.deepInclude(lastOf(suspended), { url: null })
          assert.deepStrictEqual(yield* leftBehind, [])
        }).pipe(Effect.scoped),
      { timeout: 300_000 }
    )

    it.effect(
      "stops the engine in good order when its standard input is closed, and goes on the next time",
      () =>
        Effect.gen(function*() {
          const { ask, behave, calls, leftBehind, made } = yield* machine("selfhosted")
          yield* behave({ hangsAt: "acme-quota" })
          const stopped = yield* ask({}, "Waiting for Job")
          assert.deepStrictEqual(failureOf(stopped).problems, ["Stopped before the end, since whoever asked is gone."])
          assert.deepStrictEqual(yield* leftBehind, [])
          // The engine ended what it had begun, and wrote that down.
          const begun = yield* made
          assert.include(begun, "acme-quota")
          yield* calls
          yield* behave({})
          const again = yield* ask()
          assert.strictEqual(again.code, 0)
          const changed = changesOf(again).map(({ name }) => name)
          assert.isNotEmpty(changed)
          for (const name of begun) assert.notInclude(changed, name)
        }).pipe(Effect.scoped),
      { timeout: 300_000 }
    )

    it.effect("takes away the lock of a run that was killed, once, and tells of it", () =>
      Effect.gen(function*() {
        const { ask, behave, calls } = yield* machine("selfhosted")
        yield* behave({ locked: { host: "another-machine", pid: 7 } })
        const left = failureOf(yield* ask())
        assert.match(left.problems.join(), /^A run of Pulumi on another-machine works at the stack: wait for its end/)
        assert.isFalse(left.refused)
        assert.notInclude(verbsOf(yield* calls), "cancel")
        const served = yield* ask({ abandoned: true })
        assert.strictEqual(served.code, 0, served.lines.at(-1))
        assert.match(served.lines.join("\n"), /"warning","message":"A run that was killed has left the stack locked/)
        const done = yield* calls
        const verbs = verbsOf(done)
        assert.deepStrictEqual(verbs.slice(verbs.indexOf("cancel"), verbs.indexOf("cancel") + 2), ["cancel", "refresh"])
        assert.include(done.find(({ args: [verb] }) => verb === "refresh")?.args ?? [], "--clear-pending-creates")
      }).pipe(Effect.scoped), { timeout: 300_000 })

    it.effect("leaves the lock of an engine on this machine that still works", () =>
      Effect.gen(function*() {
        const { ask, behave, calls, home } = yield* machine("selfhosted")
        const fs = yield* FileSystem.FileSystem
        // A process whose program is named pulumi.
        yield* fs.makeDirectory(join(home, "other"))
        yield* fs.copyFile("/bin/sleep", join(home, "other/pulumi"))
        yield* fs.chmod(join(home, "other/pulumi"), 0o755)
        const holder = yield* ChildProcess.make(join(home, "other/pulumi"), ["300"])
        yield* behave({ locked: { host: hostname(), pid: holder.pid } })
        const { problems, refused } = failureOf(yield* ask())
        assert.match(problems.join(), /Another process of Pulumi, \d+, still works at the stack\./)
        assert.isFalse(refused)
        assert.notInclude(verbsOf(yield* calls), "cancel")
      }).pipe(Effect.scoped), { timeout: 300_000 })

    it.effect(
      "refuses what the policy pack forbids before it changes anything, and tells what the cluster refused",
      () =>
        Effect.gen(function*() {
          const { ask, behave, calls, made } = yield* machine("selfhosted")
          yield* behave({ forbids: "acme-service" })
          const forbidden = failureOf(yield* ask())
          assert.deepStrictEqual(forbidden, {
            _tag: "Failed",
            problems: ["names acme-service: A rule forbids it."],
            refused: true
          })
          assert.notInclude(verbsOf(yield* calls), "up")
          assert.deepStrictEqual(yield* made, [])
          yield* behave({ failsAt: "acme-service" })
          const served = yield* ask()
          const failed = failureOf(served)
          assert.deepStrictEqual(failed.problems, ["acme-service: the cluster said no"])
          assert.isFalse(failed.refused)
          assert.match(served.lines.join("\n"), /"name":"acme-service","status":"failed"/)
          // What was begun is deleted, though it cannot be let go in good order.
          assert.isNotEmpty(yield* made)
          const undone = yield* ask({ action: "destroy", service: "suspended" })
          assert.isNull(recordOf(undone))
          assert.match(undone.lines.join("\n"), /"warning","message":"What was begun could not be let go in good order/)
          assert.deepStrictEqual(yield* made, [])
        }).pipe(Effect.scoped),
      { timeout: 300_000 }
    )

    it.effect(
      "lets go of what is protected and deletes everything but the backups, and the second time nothing",
      () =>
        Effect.gen(function*() {
          const { ask, calls, made } = yield* machine("cloud")
          const config = tenantInput("dedicated", "cloud")
          const record = recordOf(yield* ask({ config }))
          yield* calls
          const announced = yield* ask({ config, before: record, action: "preview-destroy" })
          assert.notInclude(verbsOf(yield* calls), "destroy")
          const gone = yield* ask({ config, before: record, action: "destroy", service: "suspended" })
          assert.deepStrictEqual(lastOf(gone), {
            _tag: "Done",
            adapter: "pulumi",
            record: null,
            backup: null,
            url: null
          })
          assert.deepStrictEqual(changesOf(gone), changesOf(announced))
          assert.isTrue(changesOf(gone).every(({ action }) => action === "delete"))
          assert.sameMembers([...yield* made], [
            "acme-backups",
            "acme-backups-private",
            "acme-backups-encryption",
            "acme-backups-versions",
            "acme-backups-lifecycle"
          ])
          const done = yield* calls
          const verbs = verbsOf(done).filter((verb) => ["config set-all", "up", "destroy"].includes(verb ?? ""))
          assert.deepStrictEqual(verbs, ["config set-all", "up", "destroy"])
          const release = done.find(({ args: [verb] }) => verb === "up")
          assert.deepInclude(release?.configuration.config, {
            "innkeeper:release": "true",
            "innkeeper:suspended": "true"
          })
          assert.notInclude(release?.args ?? [], "--policy-pack")
          assert.include(done.find(({ args: [verb] }) => verb === "destroy")?.args ?? [], "--exclude-protected")

          const again = yield* ask({ config, action: "destroy", service: "suspended" })
          assert.deepStrictEqual(changesOf(again), [])
          assert.notInclude(verbsOf(yield* calls), "destroy")
        }).pipe(Effect.scoped),
      { timeout: 300_000 }
    )

    it.effect(
      "undoes a change of tier that came to nothing: what it left protected is let go, the rest is not",
      () =>
        Effect.gen(function*() {
          const { ask, behave, calls, made } = yield* machine("selfhosted")
          const before = recordOf(yield* ask())
          yield* behave({ failsAt: "acme-database-set" })
          const config = tenantInput("dedicated", "selfhosted")
          failureOf(yield* ask({ before, config, restoreFrom: "operation-1.dump" }))
          assert.include(yield* made, "acme-database-volume")
          yield* behave({})
          yield* calls
          recordOf(yield* ask({ before }))
          assert.notInclude(yield* made, "acme-database-volume")
          const freed = (yield* calls).filter(({ args: [verb] }) => verb === "state").map(({ args }) => args[2])
          assert.deepStrictEqual(freed.map((urn) => urn?.split("::").at(-1)), ["acme-database-volume"])
        }).pipe(Effect.scoped),
      { timeout: 300_000 }
    )

    it.effect("says what to install where there is no CLI, and which secrets it misses", () =>
      Effect.gen(function*() {
        const { ask, home } = yield* machine("selfhosted")
        const fs = yield* FileSystem.FileSystem
        yield* fs.remove(join(home, "bin/pulumi"))
        const missing = failureOf(yield* ask())
        assert.match(missing.problems.join(), /^Pulumi's CLI is not on the path: install it .* adapter render/)
        yield* fs.remove(join(home, "secrets/_tenant.yaml"))
        const unknown = failureOf(yield* ask())
        assert.match(unknown.problems.join(), /secrets has neither acme\.yaml nor _tenant\.yaml/)
      }).pipe(Effect.scoped), { timeout: 120_000 })
  }))
