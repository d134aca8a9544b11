import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { TestConsole } from "effect/testing"
import { jobId, letterId, runId, tenantId } from "./console.fixture.ts"
import { commandLineLayer, run, token } from "./innkeeper.fixture.ts"

const env = { INNKEEPER_ADMIN_TOKEN: token }

const call = (...args: ReadonlyArray<string>) => run(args, env)

layer(commandLineLayer)("innkeeper, for operators,", (it) => {
  it.effect("shows the pods and how many shards are held", () =>
    Effect.gen(function*() {
      const { failure, out } = yield* call("cluster", "pods")
      assert.isNull(failure)
      assert.deepStrictEqual(out.split("\n"), [
        "ADDRESS         HOST   STATE    SHARDS   CPU  MEMORY  VERSION  STARTED               SEEN",
        "10.0.0.1:34431  inn-1  healthy       2  25 %  200 MB  1.2.3    2026-11-21T03:12:09Z  2026-11-21T03:12:09Z",
        "10.0.0.2:34431  inn-2  away          -  25 %  200 MB  1.2.3    2026-11-21T03:12:09Z  2026-11-21T03:12:09Z",
        "2 of 3 shards are held."
      ])
      const { pods } = JSON.parse((yield* call("cluster", "pods", "--json")).out)
      assert.deepStrictEqual(pods.map(({ address }: { address: string }) => address), [
        "10.0.0.1:34431",
        "10.0.0.2:34431"
      ])
    }))

  it.effect("lists schedules", () =>
    Effect.gen(function*() {
      const { out } = yield* call("schedules", "list")
      assert.deepStrictEqual(out.split("\n")[1]?.split(/ {2,}/), [
        "runtime/retention",
        "0 0 * * * *",
        "UTC",
        "2026-11-21T03:12:09Z",
        "succeeded",
        "0.4 s",
        "2026-11-21T03:12:09Z late"
      ])
    }))

  it.effect("lists dead letters, shows one, replays it once, and says when there is nothing to decide", () =>
    Effect.gen(function*() {
      const { out } = yield* call("dead-letters", "list", "--tenant", "lakeside", "--text", "policy")
      assert.include(out, `${letterId}  dead   oncall/escalation  incident.triggered`)
      assert.include(out, "Error: no such policy")
      assert.strictEqual((yield* call("dead-letters", "list", "--state", "replayed")).out, "No dead letters.")
      assert.strictEqual(
        (yield* call("dead-letters", "list", "--tenant", "nobody")).failure,
        "No tenant nobody. innkeeper tenants list says which there are."
      )

      const shown = (yield* call("dead-letters", "show", letterId)).out
      for (const words of [tenantId, "at step", "\"number\": 7"]) assert.include(shown, words)

      const replayed = yield* call("dead-letters", "replay", letterId, "--json")
      assert.strictEqual(JSON.parse(replayed.out).state, "replaying")
      assert.match(
        (yield* call("dead-letters", "discard", letterId)).failure ?? "",
        /refused: This dead letter is replaying$/
      )
      assert.match(
        (yield* call("dead-letters", "show", letterId.replace(/1$/, "9"))).failure ?? "",
        /^There is no such dead letter at http/
      )
    }))

  it.effect("replays or discards all dead letters that the flags name", () =>
    Effect.gen(function*() {
      const flags = ["--consumer", "oncall/escalation", "--tenant", "lakeside"]
      assert.strictEqual(
        (yield* call("dead-letters", "replay-all", ...flags)).out,
        "412 go to their consumers again; list says what is left."
      )
      assert.deepStrictEqual(JSON.parse((yield* call("dead-letters", "replay-all", "--json")).out), { count: 0 })
      assert.strictEqual((yield* call("dead-letters", "discard-all", "--text", "no such word")).out, "Discarded 0.")
      assert.match((yield* call("dead-letters", "discard-all")).failure ?? "", /^Say which to discard/)
    }))

  it.effect("decides on no dead letters, and looks for nothing, by words that are blank or not as the server takes them", () =>
    Effect.gen(function*() {
      for (const command of ["list", "replay-all", "discard-all"]) {
        for (const flag of ["--text", "--consumer"]) {
          for (const words of ["", "   ", "x".repeat(201)]) {
            const { failure, out } = yield* call("dead-letters", command, flag, words, "--json")
            assert.isNotNull(failure, `${command} ${flag} ${JSON.stringify(words)}`)
            assert.notInclude(out, "count")
          }
        }
      }
      for (
        const args of [["list", "--text", "ab"], ["list", "--text", "x".repeat(201)], ["list", "--workflow", ""], [
          "show",
          ""
        ], ["cancel", " "]]
      ) {
        yield* call("runs", ...args)
        const said = (yield* TestConsole.errorLines).slice(-1).join("\n")
        assert.match(said, /Expected \d+ to \d+ letters that are not all blank, got "/, args.join(" "))
      }
    }))

  it.effect("lists as many as are asked for, page by page, and says when there are more", () =>
    Effect.gen(function*() {
      for (const [limit, more] of [[50, true], [249, true], [250, false], [1000, false]] as const) {
        const before = (yield* TestConsole.errorLines).length
        const { out } = yield* call("jobs", "list", "--queue", "many", "--limit", String(limit), "--json")
        const ids: ReadonlyArray<string> = JSON.parse(out).map(({ id }: { id: string }) => id)
        assert.lengthOf(new Set(ids), Math.min(limit, 250))
        assert.lengthOf(ids, Math.min(limit, 250))
        assert.deepStrictEqual(
          (yield* TestConsole.errorLines).slice(before),
          more ? ["… and more; --limit says how many are shown."] : []
        )
      }
    }))

  it.effect("lists runs, shows the history of one, tries it again, and says why it cannot be cancelled", () =>
    Effect.gen(function*() {
      const { out } = yield* call("runs", "list", "--status", "failed")
      assert.deepStrictEqual(out.split("\n")[1]?.split(/ {2,}/), [
        runId,
        "oncall/ExpireAcknowledgement",
        "failed",
        "2026-11-21T03:12:09Z",
        "2026-11-21T03:12:09Z",
        "Nobody answered"
      ])
      assert.strictEqual((yield* call("runs", "list", "--status", "running")).out, "No runs.")
      assert.include((yield* call("runs", "show", runId)).out, "activity  page  attempt 2, failed: no answer")
      assert.strictEqual((yield* call("runs", "retry", runId)).out, `Started anew as ${runId}~2.`)
      assert.strictEqual((yield* call("runs", "resume", runId)).out, "The run goes on.")
      assert.match((yield* call("runs", "cancel", runId)).failure ?? "", /A run that is failed cannot be cancelled$/)
      assert.match((yield* call("runs", "show", "nobody")).failure ?? "", /^There is no such run at http/)
    }))

  it.effect("shows queues and jobs, replays a dead one once", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual((yield* call("jobs", "queues")).out.split("\n"), [
        "QUEUE     READY  OLDEST  RUNNING  SCHEDULED  DEAD  ENDED/MIN  UNKNOWN",
        "webhooks      3    93 s        2          4     1        120        0"
      ])
      assert.include((yield* call("jobs", "list", "--queue", "webhooks", "--state", "dead")).out, "10/10")
      assert.strictEqual((yield* call("jobs", "list", "--state", "running")).out, "No jobs.")
      const shown = (yield* call("jobs", "show", jobId)).out
      for (const words of ["50 % sent half", "at send", "https://a.example.com"]) assert.include(shown, words)
      assert.strictEqual(
        JSON.parse((yield* call("jobs", "show", jobId, "--json")).out).createdAt,
        "2026-11-21T03:12:09.500Z"
      )
      assert.strictEqual((yield* call("jobs", "cancel", jobId)).out, "The job is dead.")
      assert.strictEqual(
        (yield* call("jobs", "replay", jobId)).out,
        "The job runs again, with all its attempts before it."
      )
      assert.match((yield* call("jobs", "discard", jobId)).failure ?? "", /is ready, not dead$/)
      assert.match(
        (yield* call("jobs", "show", jobId.replace(/4$/, "9"))).failure ?? "",
        /^There is no such job at http/
      )
    }))

  it.effect("refuses a wrong token in a sentence", () =>
    Effect.gen(function*() {
      for (
        const command of [["cluster", "pods"], ["dead-letters", "list"], ["runs", "list"], ["schedules", "list"], [
          "jobs",
          "list"
        ]]
      ) {
        const { failure } = yield* run(command, { INNKEEPER_ADMIN_TOKEN: "wrong" })
        assert.match(failure ?? "", /does not take this admin token\.$/)
      }
    }))
})
