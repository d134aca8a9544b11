import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql, withTenant } from "@innkeeper/database"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { Effect, Exit, Layer, Option, Queue, Scope } from "effect"
import { readFileSync } from "node:fs"
import { clusterLayer } from "../cluster/Cluster.ts"
import { migrations } from "../Migrations.ts"
import { EventConsumer } from "./EventConsumer.ts"
import { Outbox } from "./Outbox.ts"
import { OutboxSignal } from "./OutboxSignal.ts"

const script = readFileSync(new URL("../../../../docs/operations/after-logical-restore.sql", import.meta.url), "utf8")

const statements = script.replace(/^--.*$/gm, "").split(";").map((text) => text.trim()).filter((text) => text !== "")

const Live = Layer.merge(clusterLayer({ kind: "embedded" }), Outbox.layer).pipe(
  Layer.provideMerge(OutboxSignal.layer),
  Layer.provideMerge(TestDatabase.layer([migrations]))
)

layer(Live, { excludeTestServices: true })("docs/operations/after-logical-restore.sql", (it) => {
  it.effect("is what lets consumers see new events on a server that counts transactions anew; what was unread stays", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const { publishAll } = yield* Outbox
      const acme = yield* makeTenant("restored")
      const handled = yield* Queue.unbounded<string>()
      const publish = (text: string) =>
        publishAll([{ type: "restored", subject: text, payload: text }]).pipe(withTenant, asTenant(acme))
      const start = Effect.gen(function*() {
        const scope = yield* Scope.fork(yield* Effect.scope)
        yield* Layer.buildWithScope(
          EventConsumer.layer({
            name: "restored",
            types: ["restored"],
            handler: ({ payload }) => Effect.asVoid(Queue.offer(handled, String(payload)))
          }),
          scope
        )
        return scope
      })
      const takeWithin = (millis: number) => Queue.take(handled).pipe(Effect.timeoutOption(millis))

      const before = yield* start
      yield* publish("before")
      assert.strictEqual(yield* Queue.take(handled), "before")
      yield* Effect.sleep("300 millis")
      yield* Scope.close(before, Exit.void)
      yield* publish("unread")

      // As the tables look on a new server: numbers of transactions that it will not reach for years.
      yield* owner`UPDATE event_consumer SET transaction = '900000000001'`
      yield* owner`
        UPDATE outbox_event SET transaction = (900000000000 + CASE WHEN payload = '"unread"' THEN 2 ELSE 0 END)::text::xid8`

      const lost = yield* start
      yield* publish("lost")
      assert.deepStrictEqual(yield* takeWithin(2000), Option.none())
      yield* Scope.close(lost, Exit.void)

      for (const statement of statements) yield* owner.unsafe(statement)
      yield* start
      yield* publish("after")
      const all = [yield* takeWithin(5000), yield* takeWithin(5000), yield* takeWithin(5000)].map(Option.getOrNull)
      assert.deepStrictEqual(all, ["unread", "lost", "after"])
    }).pipe(Effect.scoped))
})
