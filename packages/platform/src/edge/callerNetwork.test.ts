import { assert, describe, it } from "@effect/vitest"
import { callerNetwork } from "./callerNetwork.ts"

describe("The caller that limits per address count", () => {
  it("is an IPv4 address, however it is written", () => {
    assert.strictEqual(callerNetwork("203.0.113.7"), "203.0.113.7")
    assert.strictEqual(callerNetwork("::ffff:203.0.113.7"), "203.0.113.7")
    assert.notStrictEqual(callerNetwork("203.0.113.7"), callerNetwork("203.0.113.8"))
  })

  it("is the network of an IPv6 address, whose owner has all addresses in it", () => {
    const one = callerNetwork("2001:db8:1:2::1")
    assert.strictEqual(one, "2001:db8:1:2::/64")
    assert.strictEqual(callerNetwork("2001:0DB8:1:2:ffff:ffff:ffff:ffff"), one)
    assert.notStrictEqual(callerNetwork("2001:db8:1:3::1"), one)
    assert.strictEqual(callerNetwork("fe80::1%eth0"), "fe80::/64")
  })

  it("is what was said where that is no address", () => {
    assert.strictEqual(callerNetwork("unix"), "unix")
    assert.strictEqual(callerNetwork(null), "null")
  })
})
