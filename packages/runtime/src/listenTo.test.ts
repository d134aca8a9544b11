import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { TestDatabase } from "@innkeeper/testkit"
import { Effect, Layer, Schedule } from "effect"
import { clusterLayer } from "./cluster/Cluster.ts"
import { OutboxSignal } from "./event/OutboxSignal.ts"
import { JobSignal } from "./job/JobSignal.ts"
import { OwnersHere } from "./job/OwnersHere.ts"
import { ListenSession } from "./ListenSession.ts"
import { listenTo } from "./listenTo.ts"
import { migrations } from "./Migrations.ts"

const live = Layer.mergeAll(
  ListenSession.layer,
  Layer.provide(JobSignal.layer, OwnersHere.layer),
  OutboxSignal.layer,
  Layer.orDie(clusterLayer({ kind: "embedded" }))
).pipe(Layer.provideMerge(TestDatabase.layer([migrations])))

const soon = Schedule.spaced("10 millis")

/** Processes of PostgreSQL whose session listens. */
const listening = Effect.flatMap(OwnerSql, (sql) =>
  Effect.map(
    sql<{ readonly pid: number }>`
      SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query ~ '^(UN)?LISTEN '`,
    (rows) => rows.map(({ pid }) => pid)
  ))

layer(live, { excludeTestServices: true })("listening", (it) => {
  it.effect("takes one session for all channels of a process, and again after it was lost", () =>
    Effect.gen(function*() {
      const sql = yield* OwnerSql
      const heard: Array<string> = []
      const hear = (channel: string) =>
        listenTo(channel, (payloads) => Effect.sync(() => heard.push(...payloads.map((text) => `${channel} ${text}`))))
      yield* hear("first")
      yield* hear("second")

      /** Tells both channels until both have heard it. */
      const told = (text: string) =>
        sql`SELECT pg_notify('first', ${text}), pg_notify('second', ${text})`.pipe(
          Effect.repeat({
            until: () => heard.includes(`first ${text}`) && heard.includes(`second ${text}`),
            schedule: soon
          })
        )
      yield* told("before")
      const before = yield* listening
      assert.strictEqual(before.length, 1)

      yield* sql`SELECT pg_terminate_backend(${before[0]!})`
      yield* told("after")
      const after = yield* listening
      assert.strictEqual(after.length, 1)
      assert.notDeepEqual(after, before)
    }).pipe(Effect.scoped))

  it.effect("goes on with other channels when one is left", () =>
    Effect.gen(function*() {
      const sql = yield* OwnerSql
      const [session] = yield* listening
      yield* Effect.scoped(Effect.andThen(listenTo("left", () => Effect.void), Effect.sleep("50 millis")))
      let heard = false
      yield* listenTo("kept", () => Effect.sync(() => heard = true))
      yield* sql`SELECT pg_notify('kept', '')`.pipe(Effect.repeat({ until: () => heard, schedule: soon }))
      assert.deepStrictEqual(yield* listening, [session!])
    }).pipe(Effect.scoped))
})
