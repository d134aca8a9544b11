import { assert, describe, it } from "@effect/vitest"
import { RoutingKey } from "@innkeeper/oncall/api"
import { Arbitrary, Schema } from "effect"
import { routingKeyOf } from "./routingKey.ts"

describe("routingKeyOf", () => {
  it.each([
    ["Payments API", "payments-api"],
    ["  Búsqueda & Co. ", "busqueda-co"],
    ["支付", ""]
  ])("%s becomes %s", (name, key) => assert.strictEqual(routingKeyOf(name), key))

  it.prop("is a key that the server takes, or empty", [Arbitrary.schema(Schema.String)], ([name]) => {
    const key = routingKeyOf(name)
    assert.isTrue(key === "" || Schema.is(RoutingKey)(key))
  })
})
