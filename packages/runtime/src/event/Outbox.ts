import type { CurrentTenant } from "@innkeeper/database"
import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import type { NewEvent } from "./DomainEvent.ts"
import { insertEvents } from "./OutboxStore.ts"

/**
 * Where services tell what happened, inside the transaction in which it did (transactional outbox).
 *
 * @effect-expect-leaking CurrentTenant
 */
export class Outbox extends Context.Service<Outbox, {
  /** Publishes the events if, and only if, the surrounding `withTenant` commits. */
  readonly publishAll: (events: ReadonlyArray<NewEvent>) => Effect.Effect<void, never, CurrentTenant>
}>()("runtime/Outbox") {
  static readonly layer = Layer.effect(
    Outbox,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const publishAll = Effect.fn("Outbox.publishAll")((events: ReadonlyArray<NewEvent>) =>
        insertEvents(events).pipe(Effect.provideService(SqlClient.SqlClient, sql), Effect.orDie)
      )
      return Outbox.of({ publishAll })
    })
  )
}
