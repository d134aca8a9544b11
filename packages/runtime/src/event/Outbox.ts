import type { CurrentTenant } from "@innkeeper/database"
import { Context, Effect, Layer } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import type { NewEvent } from "./DomainEvent.ts"
import { insertEvents } from "./OutboxStore.ts"

/**
 * Where services tell what happened, inside the transaction in which it did (transactional outbox).
 *
 * @effect-expect-leaking CurrentTenant
 */
export class Outbox extends Context.Service<Outbox, {
  /**
   * Publishes the events if, and only if, the surrounding `withTenant` commits. `writes` are inserts and updates of the caller
   * that go to the database in the same statement: it makes all of them, and none sees what another one writes.
   */
  readonly publishAll: (
    events: ReadonlyArray<NewEvent>,
    writes?: ReadonlyArray<Statement.Fragment>
  ) => Effect.Effect<void, never, CurrentTenant>
}>()("runtime/Outbox") {
  static readonly layer = Layer.effect(
    Outbox,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const publishAll = Effect.fn("Outbox.publishAll")(
        (events: ReadonlyArray<NewEvent>, writes: ReadonlyArray<Statement.Fragment> = []) =>
          insertEvents(events, writes).pipe(Effect.provideService(SqlClient.SqlClient, sql), Effect.orDie)
      )
      return Outbox.of({ publishAll })
    })
  )
}
