import { assert, it } from "@effect/vitest"
import { TenantId } from "@innkeeper/config"
import { CurrentTenant } from "@innkeeper/database"
import { Effect, Fiber, Option } from "effect"
import { Headers } from "effect/http"
import { Rpc, RpcMessage, type RpcMiddleware } from "effect/rpc"
import { TestClock } from "effect/testing"
import { authorizeSockets } from "./authorizeSockets.ts"
import { SocketUnauthorized } from "./LiveAuthorization.ts"
import { LiveRpcs } from "./LiveRpcs.ts"
import type { Violation } from "./Viewers.ts"

const acme = TenantId.make("01980000-0000-7000-8000-000000000001")
const globex = TenantId.make("01980000-0000-7000-8000-000000000002")

/** A socket that was opened with the session `s1`; `sessions` tells whose it is at present. */
const open = <A>(
  sessions: Map<string, TenantId>,
  handler: Effect.Effect<A, never, CurrentTenant>,
  violations: Array<Violation> = []
) =>
  authorizeSockets({
    identify: ({ cookie }) => {
      const tenantId = sessions.get(cookie ?? "")
      return tenantId === undefined
        ? Effect.fail(new SocketUnauthorized())
        : Effect.succeed({ tenantId, kind: "user", id: "ada", name: "Ada" })
    },
    mayOpen: Effect.succeed(true),
    report: (violation) => Effect.sync(() => violations.push(violation))
  })(
    // What a handler succeeds with is nobody's business in a middleware.
    handler as Effect.Effect<RpcMiddleware.SuccessValue, never, CurrentTenant>,
    {
      client: new Rpc.ServerClient(1),
      requestId: RpcMessage.RequestId("1"),
      rpc: LiveRpcs.requests.get("Changes")!,
      payload: {},
      headers: Headers.fromInput({ cookie: "s1" })
    }
  )

it.effect("runs a request as the tenant of its session", () =>
  Effect.gen(function*() {
    let tenant = Option.none<TenantId>()
    const handler = Effect.map(CurrentTenant, ({ id }) => {
      tenant = Option.some(id)
    })
    yield* open(new Map([["s1", acme]]), handler)
    assert.deepStrictEqual(tenant, Option.some(acme))
  }).pipe(Effect.scoped))

it.effect("refuses a socket without a session", () =>
  Effect.gen(function*() {
    const violations: Array<Violation> = []
    const error = yield* Effect.flip(open(new Map(), Effect.die("The handler ran"), violations))
    assert.instanceOf(error, SocketUnauthorized)
    assert.deepStrictEqual(violations.map(({ action, viewer }) => [action, viewer]), [["socket.refused", null]])
  }).pipe(Effect.scoped))

it.effect("ends a stream within a minute of its session", () =>
  Effect.gen(function*() {
    const sessions = new Map([["s1", acme]])
    const violations: Array<Violation> = []
    const stream = yield* Effect.forkScoped(open(sessions, Effect.never, violations))
    yield* TestClock.adjust("1 hour")
    assert.isUndefined(stream.pollUnsafe())
    sessions.delete("s1")
    yield* TestClock.adjust("1 minute")
    assert.instanceOf(yield* Effect.flip(Fiber.join(stream)), SocketUnauthorized)
    assert.deepStrictEqual(violations.map(({ action, viewer }) => [action, viewer?.id]), [["socket.ended", "ada"]])
  }).pipe(Effect.scoped))

it.effect("ends a stream whose session went over to another tenant", () =>
  Effect.gen(function*() {
    const sessions = new Map([["s1", acme]])
    const stream = yield* Effect.forkScoped(open(sessions, Effect.never))
    yield* TestClock.adjust("1 minute")
    assert.isUndefined(stream.pollUnsafe())
    sessions.set("s1", globex)
    yield* TestClock.adjust("1 minute")
    assert.instanceOf(yield* Effect.flip(Fiber.join(stream)), SocketUnauthorized)
  }).pipe(Effect.scoped))
