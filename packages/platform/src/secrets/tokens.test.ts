import { assert, describe, it } from "@effect/vitest"
import { hashToken, randomToken } from "./tokens.ts"

describe("tokens", () => {
  it("hold 256 bits in characters that URLs and cookies carry as they are, and differ", () => {
    const tokens = Array.from({ length: 1000 }, randomToken)
    assert.strictEqual(new Set(tokens).size, tokens.length)
    for (const token of tokens) assert.match(token, /^[\w-]{43}$/)
  })

  it("are kept as their SHA-256 (FIPS 180-4, example of one block)", () => {
    assert.strictEqual(
      Buffer.from(hashToken("abc")).toString("hex"),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
  })
})
