import { assert, it } from "@effect/vitest"
import { TenantId } from "@innkeeper/config"
import { Effect, Fiber } from "effect"
import { Headers } from "effect/http"
import { TestClock } from "effect/testing"
import { SocketUnauthorized } from "./LiveAuthorization.ts"
import type { Viewers } from "./Viewers.ts"
import { untilNobodyLooks } from "./watchViewer.ts"

const ada = {
  tenantId: TenantId.make("01980000-0000-7000-8000-000000000001"),
  kind: "user",
  id: "ada",
  name: "Ada"
} as const

/** Watches a connection whose caller is who `identify` says at the time. */
const watch = (identify: () => ReturnType<Viewers["Service"]["identify"]>) =>
  Effect.forkChild(untilNobodyLooks(
    { identify: () => Effect.suspend(identify), mayOpen: Effect.succeed(true), report: () => Effect.void },
    Headers.empty
  ))

const isOver = (fiber: Fiber.Fiber<unknown>) => Effect.sync(() => fiber.pollUnsafe() !== undefined)

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
    let answer: ReturnType<Viewers["Service"]["identify"]> = Effect.succeed(ada)
    const connection = yield* watch(() => answer)
    yield* TestClock.adjust("1 hour")
    answer = Effect.die("The database is away")
    yield* TestClock.adjust("1 hour")
    assert.isFalse(yield* isOver(connection))
    answer = Effect.fail(new SocketUnauthorized())
    yield* TestClock.adjust("6 minutes")
    assert.isTrue(yield* isOver(connection))
  }))
