import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { Effect, Layer, Queue } from "effect"
import { loseConnection } from "../loseConnection.fixture.ts"
import { migrations } from "../Migrations.ts"
import type { JobMessage } from "./jobMessage.ts"
import { JobSignal } from "./JobSignal.ts"
import { type Owner, OwnersHere } from "./OwnersHere.ts"

const live = JobSignal.layer.pipe(Layer.provide(OwnersHere.layer), Layer.provideMerge(TestDatabase.layer([migrations])))

layer(live, { excludeTestServices: true })("the signal to the owners of partitions", (it) => {
  it.effect("looks on after its connection was lost in the middle of a look", () =>
    Effect.gen(function*() {
      const sql = yield* OwnerSql
      const tenant = yield* makeTenant("signal")
      yield* sql`
        INSERT INTO job (id, tenant_id, queue, partition, name, state, priority, payload, attempts, due_at, turn)
        VALUES (gen_random_uuid(), ${tenant}, 'q', 0, 'send', 'ready', 'normal', '{}', 1, now(), now())`
      const told = yield* Queue.unbounded<JobMessage>()
      const { watch } = yield* JobSignal
      const owner: Owner = {
        queue: "q",
        partition: 0,
        epoch: 1,
        tell: (message) => Queue.offerUnsafe(told, message),
        offer: () => {},
        begin: () => [],
        settle: () => {}
      }
      yield* loseConnection("job", watch(owner))
      assert.strictEqual(yield* Queue.take(told), "wake")
    }).pipe(Effect.scoped))
})
