import { assert, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Uuid } from "./Uuid.ts"

const decode = Schema.decodeUnknownEffect(Uuid)

it.effect("a UUID is one text: in upper case it is refused, and not another one that names nothing", () =>
  Effect.gen(function*() {
    const id = "0198f3a2-4b5c-7d6e-8f90-a1b2c3d4e5f6"
    assert.strictEqual(yield* decode(id), id)
    assert.include(String(yield* Effect.flip(decode(id.toUpperCase()))), "a UUID in lower case")
    assert.include(String(yield* Effect.flip(decode("42"))), "a UUID in lower case")
  }))
