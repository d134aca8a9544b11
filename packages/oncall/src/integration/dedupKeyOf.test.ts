import { assert, describe, it } from "@effect/vitest"
import { Option, Schema } from "effect"
import { DedupKey } from "../alert/Alert.ts"
import { dedupKeyOf } from "./dedupKeyOf.ts"
import { faultOf } from "./Json.ts"

const Storable = Schema.String.check(Schema.makeFilter<string>((text) => Option.isNone(faultOf(text))))

describe("dedupKeyOf", () => {
  it.prop("makes a key of every text, another one of another text", [
    Storable.check(Schema.isMinLength(1)),
    Storable,
    Storable
  ], ([key, one, other]) => {
    assert.isTrue(Schema.is(DedupKey)(dedupKeyOf(key)))
    const long = (end: string) => dedupKeyOf("x".repeat(300) + end)
    assert.strictEqual(long(one) === long(other), one === other)
    assert.isAtMost(long(one).length, 255)
  })
})
