import { asTenant, type CurrentTenant, withTenant } from "@innkeeper/database"
import { Effect, Option } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import { markHandled } from "./ConsumerStore.ts"
import type { DomainEvent } from "./DomainEvent.ts"

/**
 * Runs `effect` in one transaction of the event's tenant, unless the consumer has done so for this event before: a second
 * delivery, also by a replay, does nothing and gives `None`. What the effect writes to the database and the mark that it
 * was done commit together; a failure undoes both. Marks are kept for 30 days, longer than events are.
 *
 * Effects outside the database, such as a call to a provider, need an idempotency key of the provider's own.
 */
export const handleOnce = (consumer: string, event: Pick<DomainEvent, "id" | "tenantId">) =>
<A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<Option.Option<A>, E | SqlError.SqlError, Exclude<R | SqlClient.SqlClient, CurrentTenant>> =>
  Effect.flatMap(
    markHandled(consumer, event.id),
    (fresh) => fresh ? Effect.asSome(effect) : Effect.succeedNone
  ).pipe(withTenant, asTenant(event.tenantId))
