import { assert, layer } from "@effect/vitest"
import { asTenant, withPlatform, withTenant } from "@innkeeper/database"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { migrations } from "../Migrations.ts"
import { announceTypes, endCatchUp } from "./CatchUpStore.ts"
import { announceConsumer, findPresentConsumers } from "./ConsumerStore.ts"
import { findUnreadEvents } from "./MovedEventStore.ts"
import { Outbox } from "./Outbox.ts"
import { horizon } from "./OutboxStore.ts"

const Live = Layer.provideMerge(Outbox.layer, TestDatabase.layer([migrations]))

const name = "grows"
const both = { name, types: ["old", "new"] }

/** How many events the consumer has still to handle, and whether they have an age. */
const standing = Effect.gen(function*() {
  const [state] = yield* withPlatform("test")(findPresentConsumers)
  return [state!.waiting, state!.lagSeconds > 0]
})

layer(Live, { excludeTestServices: true })("what a consumer has passed over", (it) => {
  it.effect("is still before it: in what waits, in its lag, and in what a tenant takes along", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { publishAll } = yield* Outbox
      const acme = yield* makeTenant("catch-up")
      const publish = (...types: ReadonlyArray<string>) =>
        publishAll(types.map((type) => ({ type, subject: "s", payload: null }))).pipe(withTenant, asTenant(acme))
      const unread = Effect.map(findUnreadEvents().pipe(withTenant, asTenant(acme)), ({ size }) => size)

      yield* publish("new")
      yield* announceConsumer(name, ["old"])
      yield* announceTypes(both, yield* horizon)
      yield* publish("new", "new", "old", "other")
      yield* withPlatform("test")(sql`UPDATE event_consumer SET (transaction, position) = (pg_current_xact_id(), 0)`)
      assert.deepStrictEqual(yield* standing, [0, false])
      assert.strictEqual(yield* unread, 2)

      yield* announceConsumer(name, both.types)
      assert.deepStrictEqual(yield* standing, [2, true])
      assert.strictEqual(yield* unread, 2)
      yield* publish("new")
      assert.deepStrictEqual(yield* standing, [3, true])
      yield* sql`UPDATE event_catch_up SET (transaction, position) = ('0', 0)`
      assert.deepStrictEqual(yield* standing, [4, true])

      yield* endCatchUp(both)
      assert.deepStrictEqual(yield* standing, [1, true])
      assert.strictEqual(yield* unread, 1)
    }))
})
