import { withTenant } from "@innkeeper/database"
import { Audit } from "@innkeeper/platform"
import { Conflict } from "@innkeeper/platform/api"
import { Outbox } from "@innkeeper/runtime"
import { Effect, Schema } from "effect"
import { SqlClient, SqlError } from "effect/sql"

/** Nobody can act on these: they are defects. */
type Broken = SqlError.SqlError | Schema.SchemaError

const isBroken = (error: unknown): error is Broken => SqlError.isSqlError(error) || Schema.isSchemaError(error)

const taken = (uniqueIndex: string) =>
  new Conflict({
    detail: "Another one has it already",
    field: uniqueIndex.includes("routing_key") ? "routingKey" : "name"
  })

/**
 * What the services of the catalogue (schedules, escalation policies, services, integrations) have in common: every
 * change is one transaction with its audit entry and its event.
 */
export const makeCatalogue = Effect.fnUntraced(function*(kind: "schedule" | "policy" | "service" | "integration") {
  const sql = yield* SqlClient.SqlClient
  const audit = yield* Audit
  const outbox = yield* Outbox

  const inTenant = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.provideService(withTenant(effect), SqlClient.SqlClient, sql)

  /** Runs in the tenant's transaction. SQL and decoding failures are defects. */
  const scoped = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.catch(
      inTenant(effect),
      (error) => isBroken(error) ? Effect.die(error) : Effect.fail(error as Exclude<E, Broken>)
    )

  /** The same, where a unique name or key that is taken is a `Conflict`. */
  const unique = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.catch(inTenant(effect), (error) =>
      SqlError.isSqlError(error) && error.reason._tag === "UniqueViolation"
        ? Effect.fail<Conflict | Exclude<E, Broken>>(taken(error.reason.constraint))
        : isBroken(error)
        ? Effect.die(error)
        : Effect.fail(error as Exclude<E, Broken>))

  /** Puts a change on record and announces it, with the transaction it belongs to. */
  const changed = Effect.fnUntraced(function*(action: string, id: string, detail: Schema.Json) {
    yield* audit.record({ action: `${kind}.${action}`, subject: `${kind}:${id}`, detail })
    yield* outbox.publishAll([{ type: `${kind}.changed`, subject: id, payload: { action } }])
  })

  return { scoped, unique, changed }
})
