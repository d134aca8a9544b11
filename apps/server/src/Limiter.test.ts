import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { RedisConfig } from "@innkeeper/config"
import { RateLimits } from "@innkeeper/platform"
import { freePort } from "@innkeeper/testkit"
import { Context, Effect, Layer, Redacted, Schedule } from "effect"
import { HttpServerRequest } from "effect/http"
import { existsSync } from "node:fs"
import { launch } from "./e2e/process.fixture.ts"
import { limiterLayer } from "./Limiter.ts"

const program = ["/usr/bin/redis-server", "/usr/local/bin/redis-server", "/usr/bin/valkey-server"].find((path) =>
  existsSync(path)
)

/** A Redis that keeps nothing on disk, once it takes connections. */
const startRedis = Effect.fnUntraced(function*(port: number) {
  const process = yield* launch(program!, ["--port", String(port), "--bind", "127.0.0.1", "--save", ""])
  yield* Effect.sync(process.output).pipe(
    Effect.repeat({
      schedule: Schedule.spaced("20 millis"),
      until: (output) => output.includes("Ready to accept connections")
    })
  )
  return process
})

/** The rate limits of a process of its own: six requests of a webhook a minute. */
const processOn = Effect.fnUntraced(function*(port: number) {
  const limits = RateLimits.layer({ webhook: 6 }).pipe(
    Layer.provide(limiterLayer({ url: Redacted.make(`redis://127.0.0.1:${port}`) })),
    Layer.provide(NodeServices.layer)
  )
  const services = yield* Layer.build(Layer.fresh(limits))
  const { webhook } = Context.get(services, RateLimits)
  return (caller: string) =>
    webhook(caller).pipe(
      Effect.match({ onFailure: ({ _tag }) => _tag, onSuccess: () => "passes" as const }),
      Effect.provideService(
        HttpServerRequest.HttpServerRequest,
        HttpServerRequest.fromWeb(new Request("http://localhost/in/key"))
      )
    )
})

describe.skipIf(program === undefined)("rate limits in Redis, where the machine has one", () => {
  it.live("are counted by all processes together, per caller", () =>
    Effect.gen(function*() {
      const port = yield* freePort
      yield* startRedis(port)
      const [one, other] = [yield* processOn(port), yield* processOn(port)]
      for (let round = 0; round < 3; round++) {
        assert.deepStrictEqual([yield* one("key"), yield* other("key")], ["passes", "passes"])
      }
      assert.deepStrictEqual([yield* one("key"), yield* other("key")], ["TooManyRequests", "TooManyRequests"])
      assert.deepStrictEqual([yield* one("another"), yield* other("another")], ["passes", "passes"])
    }).pipe(Effect.scoped))

  it.live("let requests pass while Redis hangs or is gone, and count again when it is back", () =>
    Effect.gen(function*() {
      const port = yield* freePort
      const redis = yield* startRedis(port)
      const limited = yield* processOn(port)
      yield* Effect.repeat(limited("key"), { until: (answer) => answer === "TooManyRequests" })
      yield* redis.signal("SIGSTOP")
      assert.strictEqual(yield* limited("key"), "passes")
      yield* redis.signal("SIGKILL")
      yield* redis.ended
      assert.strictEqual(yield* limited("key"), "passes")
      yield* startRedis(port)
      yield* Effect.repeat(limited("key"), {
        schedule: Schedule.spaced("50 millis"),
        until: (answer) => answer === "TooManyRequests"
      })
    }).pipe(Effect.scoped))
})

/** Why a process does not start with this Redis. */
const refusal = (redis: RedisConfig) =>
  Layer.build(Layer.fresh(Layer.provide(limiterLayer(redis), NodeServices.layer))).pipe(
    Effect.flip,
    Effect.map(({ message }) => message)
  )

describe("a Redis that cannot be used", () => {
  it.live("stops the start when there is none at its address, with the variable's name and what the network said", () =>
    Effect.gen(function*() {
      const port = yield* freePort
      const message = yield* refusal(new RedisConfig({ url: Redacted.make(`redis://:hunter2@127.0.0.1:${port}`) }))
      assert.include(message, `REDIS_URL: connect ECONNREFUSED 127.0.0.1:${port}.`)
    }).pipe(Effect.scoped))

  it.live("stops the start, without its password, when authorities are given and it does not speak TLS", () =>
    Effect.gen(function*() {
      const url = Redacted.make("redis://:hunter2@127.0.0.1:1")
      const message = yield* refusal(new RedisConfig({ url, ca: import.meta.filename }))
      assert.include(message, "REDIS_TLS_CA")
      assert.notInclude(message, "hunter2")
    }).pipe(Effect.scoped))

  it.live("stops the start when the file of its authorities cannot be read, with that variable's name", () =>
    Effect.gen(function*() {
      const url = Redacted.make("rediss://127.0.0.1:1")
      assert.include(yield* refusal(new RedisConfig({ url, ca: "/none.pem" })), "/none.pem of REDIS_TLS_CA")
    }).pipe(Effect.scoped))
})
