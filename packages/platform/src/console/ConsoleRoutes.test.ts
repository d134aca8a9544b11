import { assert, layer } from "@effect/vitest"
import { asTenant, withTenant } from "@innkeeper/database"
import { EventConsumer, Job, Jobs, JobWorker, Outbox } from "@innkeeper/runtime"
import { makeTenant } from "@innkeeper/testkit"
import { Context, Effect, Layer, Option, Schedule, Schema } from "effect"
import { HttpApi } from "effect/http-api"
import { DurableDeferred, Workflow } from "effect/workflow"
import { AccessRule, AdminToken } from "../access/Access.ts"
import { call } from "../Http.fixture.ts"
import { AdminAuthorization } from "../tenant/AdminAuthorization.ts"
import { consoleLayer, operator } from "./Console.fixture.ts"
import { ConsoleApi } from "./ConsoleApi.ts"

const endpoints: Array<{ readonly name: string; readonly method: string; readonly path: string }> = []
const unguarded: Array<string> = []
HttpApi.reflect(ConsoleApi, {
  onGroup: () => {},
  onEndpoint: ({ endpoint, group, middleware }) => {
    const name = `${group.identifier}.${endpoint.identifier}`
    endpoints.push({ name, method: endpoint.method, path: endpoint.path })
    const rule = Option.getOrUndefined(Context.getOption(endpoint.annotations, AccessRule))
    const isGuarded = Array.from(middleware).some(({ key }) => key === AdminAuthorization.key)
    if (rule !== AdminToken || !isGuarded) unguarded.push(name)
  }
})

/** How often the consumer below met each subject, and which of them it cannot handle now. */
const met = new Map<string, number>()
const poisonous = new Set(["poison", "rotten"])

const Consumer = EventConsumer.layer({
  name: "test-consumer",
  types: ["thing.happened"],
  handler: ({ subject }) =>
    Effect.suspend(() => {
      met.set(subject, (met.get(subject) ?? 0) + 1)
      return poisonous.has(subject) ? Effect.die(new Error(`${subject} cannot be digested`)) : Effect.void
    })
})

const GoOn = DurableDeferred.make("GoOn")
const Wait = Workflow.make("Wait", {
  payload: { id: Schema.String, token: Schema.String },
  idempotencyKey: ({ id }) => id
})
const WaitLive = Wait.toLayer(() => DurableDeferred.await(GoOn))

/** Fails as long as its tenant's name is here. */
const failing = new Set(["ledger"])
const Post = Job.make("test.post", {
  queue: "test",
  payload: Schema.Struct({ to: Schema.String, secret: Schema.String }),
  retry: { times: 0, base: "1 second", cap: "1 second" }
})
const PostLive = JobWorker.layer(
  Post,
  ({ to }) => failing.has(to) ? Effect.die(new Error(`${to} does not answer`)) : Effect.void
)

const Items = Schema.Struct({ items: Schema.Array(Schema.Record(Schema.String, Schema.Json)) })
const decodeRows = Schema.decodeUnknownEffect(
  Schema.fromJsonString(Schema.Array(Schema.Record(Schema.String, Schema.Json)))
)
const decodeItems = Schema.decodeUnknownEffect(Schema.fromJsonString(Items))

const get = (path: string) => call("GET", `/api/v1/admin${path}`, { headers: operator })
const post = (path: string, json: Schema.Json = {}) => call("POST", `/api/v1/admin${path}`, { headers: operator, json })

const letters = (query: string) =>
  get(`/dead-letters${query}`).pipe(
    Effect.flatMap(({ text }) => decodeItems(text)),
    Effect.map(({ items }) => items)
  )

/** Letters of the query, once there are so many. */
const lettersOnce = (count: number, query: string) =>
  Effect.repeat(letters(query), {
    until: (items) => items.length === count,
    schedule: Schedule.spaced("50 millis")
  })

layer(Layer.provideMerge(Layer.mergeAll(Consumer, WaitLive, PostLive), consoleLayer), {
  excludeTestServices: true,
  timeout: "50 seconds"
})(
  "the console",
  (it) => {
    it.effect("opens every endpoint by the admin token alone", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(unguarded, [])
        assert.isAbove(endpoints.length, 8)
        for (const { method, name, path } of endpoints) {
          for (const headers of [{}, { "x-admin-token": "wrong" }, { cookie: "innkeeper_session=x" }]) {
            const { status } = yield* call(method as "GET", path.replace(/:\w+/g, "x"), {
              headers,
              ...(method === "GET" ? {} : { json: {} })
            })
            assert.strictEqual(status, 401, name)
          }
        }
      }))

    it.effect("shows the cluster", () =>
      Effect.gen(function*() {
        const { json, status } = yield* get("/cluster")
        assert.strictEqual(status, 200)
        assert.lengthOf(json["pods"] as ReadonlyArray<unknown>, 1)
        assert.lengthOf(json["shards"] as ReadonlyArray<unknown>, 64)
        assert.strictEqual((yield* get("/cluster/entities")).status, 200)
        assert.strictEqual((yield* get("/schedules")).status, 200)
      }))

    it.effect("replays a dead letter, discards another, and puts both on record", () =>
      Effect.gen(function*() {
        const acme = yield* makeTenant("acme")
        const { publishAll } = yield* Outbox
        yield* publishAll(
          ["poison", "rotten", "sound"].map((subject) => ({ type: "thing.happened", subject, payload: { n: 1 } }))
        ).pipe(withTenant, asTenant(acme))
        const dead = yield* lettersOnce(2, "?state=dead")
        assert.deepStrictEqual(yield* letters("?text=digested&limit=1").pipe(Effect.map(({ length }) => length)), 1)
        assert.deepStrictEqual(yield* letters("?consumer=nobody"), [])
        const idOf = (subject: string) => `${dead.find((letter) => letter["subject"] === subject)?.["id"]}`
        const one = yield* get(`/dead-letters/${idOf("poison")}`)
        assert.deepInclude(one.json, { subject: "poison", consumer: "test-consumer", tenantId: acme, state: "dead" })

        poisonous.delete("poison")
        assert.strictEqual((yield* post(`/dead-letters/${idOf("poison")}/replay`)).status, 200)
        assert.strictEqual((yield* post(`/dead-letters/${idOf("rotten")}/discard`)).status, 200)
        yield* lettersOnce(1, "?state=replayed")
        assert.strictEqual((yield* post(`/dead-letters/${idOf("rotten")}/replay`)).problem, "conflict")
        assert.deepStrictEqual(yield* letters("?state=dead"), [])
        assert.deepStrictEqual((yield* post("/dead-letters/discard", { consumer: "test-consumer" })).json, { count: 0 })
        assert.deepStrictEqual((yield* post("/dead-letters/replay", { tenantId: acme })).json, { count: 0 })

        const audit = yield* get("/audit").pipe(Effect.flatMap(({ text }) => decodeItems(text)))
        assert.deepStrictEqual(
          audit.items.map(({ action, subject }) => `${action} ${subject}`),
          [
            "dead-letters.replayed dead-letters",
            "dead-letters.discarded dead-letters",
            `dead-letter.discarded dead-letter:${idOf("rotten")}`,
            `dead-letter.replayed dead-letter:${idOf("poison")}`
          ]
        )
      }), 50_000)

    it.effect("lists consumers, and gives one its events again", () =>
      Effect.gen(function*() {
        const { text } = yield* get("/consumers")
        assert.include(text, "\"test-consumer\"")
        const before = met.get("sound") ?? 0
        const { json, status } = yield* post("/consumers/test-consumer/replay", { from: "2026-01-01T00:00:00Z" })
        assert.strictEqual(status, 200)
        assert.strictEqual(json["events"], 3)
        yield* Effect.repeat(Effect.sync(() => met.get("sound") ?? 0), {
          until: (times) => times > before,
          schedule: Schedule.spaced("50 millis")
        })
      }), 50_000)

    it.effect(
      "lists runs of workflows, shows what happened in one, cancels it, and tries it again",
      () =>
        Effect.gen(function*() {
          const id = yield* Wait.execute({ id: "1", token: "hush" }, { discard: true })
          const runOnce = (status: string) =>
            Effect.repeat(get(`/runs/${id}`), {
              until: ({ json }) => (json["run"] as { readonly status: string } | undefined)?.status === status,
              schedule: Schedule.spaced("50 millis")
            })
          const { text } = yield* runOnce("suspended")
          assert.notInclude(text, "hush")
          const listed = yield* get("/runs?workflow=Wait&status=suspended").pipe(
            Effect.flatMap(({ text }) => decodeItems(text))
          )
          assert.deepStrictEqual(listed.items.map((run) => run["id"]), [id])
          assert.include((yield* get("/workflows")).text, "\"Wait\"")

          assert.strictEqual((yield* post(`/runs/${id}/retry`)).problem, "conflict")
          assert.strictEqual((yield* post(`/runs/${id}/resume`)).status, 204)
          assert.strictEqual((yield* post(`/runs/${id}/cancel`)).status, 204)
          yield* runOnce("cancelled")
          assert.strictEqual((yield* post(`/runs/${id}/cancel`)).problem, "conflict")
          const retried = yield* post(`/runs/${id}/retry`)
          assert.strictEqual(retried.status, 200)
          assert.strictEqual(retried.json["retryOf"], id)
          assert.strictEqual((yield* get("/runs?text=ab")).status, 400)
          assert.strictEqual((yield* get("/runs?cursor=9999999999999999999")).status, 400)
          assert.strictEqual((yield* post("/runs/nobodys/cancel")).problem, "not-found")
        }),
      50_000
    )

    it.effect("shows queues and jobs, replays a dead one, discards and cancels others", () =>
      Effect.gen(function*() {
        const acme = yield* makeTenant("jobs")
        const jobs = yield* Jobs
        const [one, other] = yield* jobs.enqueueAll(Post, [
          { to: "ledger", secret: "hush" },
          { to: "ledger", secret: "hush" }
        ]).pipe(asTenant(acme))
        const later = yield* jobs.enqueue(Post, { to: "later", secret: "hush" }, { delay: "1 hour" }).pipe(
          asTenant(acme)
        )
        const jobOnce = (id: string | undefined, state: string) =>
          Effect.repeat(get(`/jobs/${id}`), {
            until: ({ json }) => json["state"] === state,
            schedule: Schedule.spaced("50 millis")
          })
        const { json, text } = yield* jobOnce(one, "dead")
        yield* jobOnce(other, "dead")
        assert.notInclude(text, "hush")
        assert.include(`${json["error"]}`, "ledger does not answer")
        assert.strictEqual(json["tenantId"], acme)

        const queues = yield* get("/queues").pipe(Effect.flatMap(({ text }) => decodeRows(text)))
        assert.deepInclude(queues.find(({ queue }) => queue === "test"), {
          dead: 2,
          scheduled: 1,
          ready: 0,
          endedLastMinute: 2,
          diedLastMinute: 2
        })
        const found = yield* get(`/jobs?queue=test&state=dead&tenantId=${acme}&limit=1`)
        assert.strictEqual((yield* decodeItems(found.text)).items.length, 1)
        assert.strictEqual(found.json["nextCursor"], other)

        failing.clear()
        assert.strictEqual((yield* post(`/jobs/${one}/replay`)).status, 200)
        yield* jobOnce(one, "succeeded")
        assert.strictEqual((yield* post(`/jobs/${one}/replay`)).problem, "conflict")
        assert.strictEqual((yield* post(`/jobs/${other}/discard`)).json["state"], "cancelled")
        assert.strictEqual((yield* post(`/jobs/${later}/cancel`)).json["state"], "cancelled")

        const audit = yield* get("/audit?limit=3").pipe(Effect.flatMap(({ text }) => decodeItems(text)))
        assert.deepStrictEqual(
          audit.items.map(({ action, subject }) => `${action} ${subject}`),
          [`job.cancelled job:${later}`, `job.discarded job:${other}`, `job.replayed job:${one}`]
        )
      }), 50_000)

    it.effect("decides on no dead letters by words that are blank or by a field that it does not know", () =>
      Effect.gen(function*() {
        const kinds: ReadonlyArray<Schema.Json> = [
          { text: "" },
          { text: "  \n" },
          { consumer: " " },
          { words: "poison" }
        ]
        for (const verb of ["replay", "discard"]) {
          for (const kind of kinds) {
            assert.strictEqual((yield* post(`/dead-letters/${verb}`, kind)).status, 400, JSON.stringify(kind))
          }
          assert.deepStrictEqual((yield* post(`/dead-letters/${verb}`, { text: "no such words" })).json, { count: 0 })
        }
      }))

    it.effect("knows what it does not have", () =>
      Effect.gen(function*() {
        const nobody = "019a0000-0000-7000-8000-000000000000"
        const actions = ["dead-letters", "jobs"].flatMap((noun) =>
          ["replay", "discard"].map((verb) => `/${noun}/${nobody}/${verb}`)
        )
        for (const path of [...actions, `/jobs/${nobody}/cancel`]) {
          assert.strictEqual((yield* post(path)).problem, "not-found", path)
        }
        assert.strictEqual((yield* get(`/dead-letters/${nobody}`)).problem, "not-found")
        assert.strictEqual((yield* get("/dead-letters/nonsense")).status, 400)
        assert.strictEqual(
          (yield* post("/consumers/nobody/replay", { from: "2026-01-01T00:00:00Z" })).problem,
          "not-found"
        )
      }))
  }
)
