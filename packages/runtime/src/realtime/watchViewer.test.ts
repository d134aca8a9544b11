import { assert, it } from "@effect/vitest"
import { TenantId } from "@innkeeper/config"
import { Effect, Fiber } from "effect"
import { Headers } from "effect/http"
import { TestClock } from "effect/testing"
import { SocketUnauthorized } from "./LiveAuthorization.ts"
import type { Viewers } from "./Viewers.ts"
import { untilNobodyLooks, watchViewer } from "./watchViewer.ts"

const ada = {
  tenantId: TenantId.make("01980000-0000-7000-8000-000000000001"),
  kind: "user",
  id: "ada",
  name: "Ada"
} as const

type Answer = ReturnType<Viewers["Service"]["identify"]>

/** The caller is who `identify` says at the time. */
const viewersBy = (identify: () => Answer): Viewers["Service"] => ({
  identify: () => Effect.suspend(identify),
  mayOpen: Effect.succeed(true),
  report: () => Effect.void
})

const watch = (identify: () => Answer) => Effect.forkChild(untilNobodyLooks(viewersBy(identify), Headers.empty))

const isOver = (fiber: Fiber.Fiber<unknown, unknown>) => Effect.sync(() => fiber.pollUnsafe() !== undefined)

it.effect("a connection of nobody known is over after a few seconds", () =>
  Effect.gen(function*() {
    const connection = yield* watch(() => Effect.fail(new SocketUnauthorized()))
    yield* TestClock.adjust("4 seconds")
    assert.isFalse(yield* isOver(connection))
    yield* TestClock.adjust("1 second")
    assert.isTrue(yield* isOver(connection))
  }))

it.effect("a connection is over within minutes after its session, and not because the database is away", () =>
  Effect.gen(function*() {
    let answer: Answer = Effect.succeed(ada)
    const connection = yield* watch(() => answer)
    yield* TestClock.adjust("1 hour")
    answer = Effect.die("The database is away")
    yield* TestClock.adjust("1 hour")
    assert.isFalse(yield* isOver(connection))
    answer = Effect.fail(new SocketUnauthorized())
    yield* TestClock.adjust("6 minutes")
    assert.isTrue(yield* isOver(connection))
  }))

it.effect("a stream is over within a minute after its session, and not because the database is away", () =>
  Effect.gen(function*() {
    let answer: Answer = Effect.succeed(ada)
    const stream = yield* Effect.forkChild(watchViewer(viewersBy(() => answer), ada, Headers.empty))
    yield* TestClock.adjust("1 hour")
    answer = Effect.die("The database is away")
    yield* TestClock.adjust("1 hour")
    assert.isFalse(yield* isOver(stream))
    answer = Effect.fail(new SocketUnauthorized())
    yield* TestClock.adjust("1 minute")
    assert.isTrue(yield* isOver(stream))
  }))
