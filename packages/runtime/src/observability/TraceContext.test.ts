import { assert, describe, it } from "@effect/vitest"
import { Effect, References } from "effect"
import { currentTraceparent, inTrace } from "./TraceContext.ts"

const given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

describe("the trace of the current work", () => {
  it.effect("is none outside a trace", () =>
    Effect.gen(function*() {
      assert.isNull(yield* currentTraceparent)
      assert.isNull(yield* currentTraceparent.pipe(inTrace(null)))
    }))

  it.effect("is what was taken over, and of its spans", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* currentTraceparent.pipe(inTrace(given)), given)
      const inner = yield* currentTraceparent.pipe(Effect.withSpan("inner"), inTrace(given))
      assert.match(inner!, /^00-0af7651916cd43dd8448eb211c80319c-[\da-f]{16}-01$/)
      assert.notStrictEqual(inner, given)
    }))

  it.effect("stays when no spans are made", () =>
    Effect.gen(function*() {
      const inner = yield* currentTraceparent.pipe(
        Effect.withSpan("inner"),
        Effect.withSpan("outer"),
        inTrace(given),
        Effect.provideService(References.TracerEnabled, false)
      )
      assert.strictEqual(inner, given)
    }))

  it.effect("keeps that its caller does not sample it", () =>
    Effect.gen(function*() {
      const unsampled = given.replace(/01$/, "00")
      assert.match((yield* currentTraceparent.pipe(Effect.withSpan("x"), inTrace(unsampled)))!, /-00$/)
    }))

  it.effect.each(["", "rubbish", `01${given.slice(2)}`, given.replace(/[1-9a-f]/g, "0"), `${given}-more`])(
    "is not taken from %j",
    (text) =>
      Effect.gen(function*() {
        assert.isNull(yield* currentTraceparent.pipe(inTrace(text)))
      })
  )
})
